import { describe, expect, it } from '@jest/globals';
import {
  explainMissingAddresses,
  explainMissingJava,
  explainMissingMaven,
} from '../../../../src/lab/ring/prerequisites.js';

describe('what is missing for a ring', () => {
  it('is Java 17, with the commands that install it and the Javas that were found instead', () => {
    const text = explainMissingJava([{ program: '/usr/lib/jvm/jdk-25/bin/java', version: 25 }]);
    expect(text).toContain('25 at /usr/lib/jvm/jdk-25/bin/java');
    for (const command of [
      'sudo apt install openjdk-17',
      'sudo dnf install java-17',
      'brew install openjdk@17',
    ]) {
      expect(text).toContain(command);
    }
  });

  it('is Maven, with the commands that install it', () => {
    for (const command of ['sudo apt install maven', 'sudo dnf install maven', 'brew install maven']) {
      expect(explainMissingMaven).toContain(command);
    }
  });

  it('is an address, with the command that makes it', () => {
    expect(explainMissingAddresses(['127.0.0.2'])).toContain('sudo ifconfig lo0 alias 127.0.0.2');
  });

  it('is told in one line', () => {
    for (const text of [
      explainMissingJava([]),
      explainMissingMaven,
      explainMissingAddresses(['127.0.0.2']),
    ]) {
      expect(text).not.toContain('\n');
    }
  });
});
