// What is said on machines that lack something, each made of one script that answers like a Java.
import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findJava } from '../../src/lab/ring/machine/java.js';
import { explainMissingMaven, missingPrerequisites } from '../../src/lab/ring/prerequisites.js';
import { TemporaryFolder } from '../temporary-folder.js';

describe('what is missing for a ring', () => {
  const folder = { current: new TemporaryFolder() };
  beforeEach(() => {
    folder.current = new TemporaryFolder();
  });
  afterEach(() => folder.current.remove());

  it('is Maven where there is a Java 17 and neither Maven nor its harvest', async () => {
    const environment = environmentWithJava(folder.current, 'openjdk version "17.0.15" 2025-04-15');
    expect(await missingPrerequisites(environment)).toBe(explainMissingMaven);
  });

  it('is nothing once Cassandra was fetched', async () => {
    const environment = environmentWithJava(folder.current, 'openjdk version "17.0.15" 2025-04-15');
    folder.current.write({ 'cassmail/cassandra-5.0.8/cassandra-all-5.0.8.jar': '' });
    expect(await missingPrerequisites(environment, { firstAddress: '127.0.0.1', nodes: 1 })).toBeUndefined();
  });

  it('is not satisfied by a Java that says another version or nothing sensible', async () => {
    for (const answer of ['openjdk version "25.0.3" 2026-04-21 LTS', 'command not understood']) {
      const environment = environmentWithJava(folder.current, answer);
      const { others } = await findJava({ ...environment, PATH: '' });
      expect(
        others.filter(({ program }) => program.startsWith(folder.current.path)).map((java) => java.version),
      ).toEqual(answer.includes('25') ? [25] : []);
    }
  });
});

/** A machine whose JAVA_HOME answers `java -version` like this, with nothing else on PATH but a shell. */
function environmentWithJava(folder: TemporaryFolder, answer: string): Record<string, string> {
  folder.write({ 'jdk/bin/java': `#!/bin/sh\necho '${answer}' >&2\n` });
  chmodSync(`${folder.path}/jdk/bin/java`, 0o755);
  return {
    JAVA_HOME: `${folder.path}/jdk`,
    HOME: folder.path,
    XDG_CACHE_HOME: folder.path,
    PATH: '/nonexistent',
  };
}
