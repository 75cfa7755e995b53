import { describe, expect, it } from '@jest/globals';
import { javaCandidates, parseJavaVersion } from '../../../../../src/lab/ring/machine/java.js';

describe('the version of a Java', () => {
  it('is the first number it names', () => {
    expect(parseJavaVersion('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment')).toBe(17);
    expect(parseJavaVersion('openjdk version "25" 2025-09-16')).toBe(25);
    expect(parseJavaVersion('java version "24-ea" 2025-03-18')).toBe(24);
  });

  it('is the second number where the first is 1, as it was before Java 9', () => {
    expect(parseJavaVersion('java version "1.8.0_292"')).toBe(8);
  });

  it('is found after what JAVA_TOOL_OPTIONS makes it say first', () => {
    expect(parseJavaVersion('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "17.0.2" 2022-01-18')).toBe(
      17,
    );
  });

  it('is unknown where it names none', () => {
    expect(
      parseJavaVersion('The operation couldn’t be completed. Unable to locate a Java Runtime.'),
    ).toBeUndefined();
  });
});

describe('the places where a Java may be', () => {
  const folders: Readonly<Record<string, readonly string[]>> = {
    '/usr/lib/jvm': ['/usr/lib/jvm/jdk-25', '/usr/lib/jvm/java-17-openjdk-amd64'],
    '/Library/Java/JavaVirtualMachines': ['/Library/Java/JavaVirtualMachines/temurin-17.jdk'],
  };
  const list = (folder: string): readonly string[] => folders[folder] ?? [];

  it('begin with JAVA_HOME and end with PATH', () => {
    const places = javaCandidates({ JAVA_HOME: '/my/jdk', PATH: '/usr/bin:/bin', HOME: '/home/me' }, list);
    expect(places[0]).toBe('/my/jdk/bin/java');
    expect(places.slice(-2)).toEqual(['/usr/bin/java', '/bin/java']);
  });

  it('put those whose name promises a 17 before the others', () => {
    const places = javaCandidates({ HOME: '/home/me' }, list);
    const seventeen = places.indexOf('/usr/lib/jvm/java-17-openjdk-amd64/bin/java');
    expect(seventeen).toBeGreaterThanOrEqual(0);
    expect(seventeen).toBeLessThan(places.indexOf('/usr/lib/jvm/jdk-25/bin/java'));
  });

  it('know how macOS nests them', () => {
    expect(javaCandidates({}, list)).toContain(
      '/Library/Java/JavaVirtualMachines/temurin-17.jdk/Contents/Home/bin/java',
    );
  });
});
