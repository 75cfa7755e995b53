// Fetching Cassandra, with a script in the place of Maven: what is in the cache is whole, whatever happened on the way.
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchedJars, jarsFolder } from '../../src/lab/ring/machine/jars.js';
import { failureOfPromise } from '../failure-from.js';
import { TemporaryFolder } from '../temporary-folder.js';

/** Finds the folder that it is to fill among its arguments, and fills it slowly. */
const MAVEN = `#!/bin/sh
for word in "$@"; do case "$word" in -DoutputDirectory=*) folder="\${word#*=}";; esac; done
mkdir -p "$folder" && touch "$folder/guava.jar" && sleep 0.3
`;
const SUCCESS = 'touch "$folder/cassandra-all-5.0.8.jar"\n';

describe('fetching Cassandra', () => {
  const temporary = { current: new TemporaryFolder() };
  const environment = (): Record<string, string> => ({
    XDG_CACHE_HOME: join(temporary.current.path, 'cache'),
    PATH: process.env['PATH'] ?? '',
  });
  beforeEach(() => {
    temporary.current = new TemporaryFolder();
  });
  afterEach(() => temporary.current.remove());

  function maven(end: string): string {
    temporary.current.write({ mvn: `${MAVEN}${end}` });
    const program = join(temporary.current.path, 'mvn');
    chmodSync(program, 0o755);
    return program;
  }

  function cached(): readonly string[] {
    return readdirSync(join(temporary.current.path, 'cache/cassmail'));
  }

  it('happens once, and is said', async () => {
    const notes: string[] = [];
    const fetch = { environment: environment(), note: (line: string) => notes.push(line) };
    const folder = await fetchedJars(maven(SUCCESS), fetch);
    expect(folder).toBe(jarsFolder(environment()));
    expect(existsSync(join(folder, 'guava.jar'))).toBe(true);
    expect(await fetchedJars(maven('exit 1'), fetch)).toBe(folder);
    expect(notes).toHaveLength(2);
  });

  it('may happen twice at once', async () => {
    const program = maven(SUCCESS);
    const fetch = { environment: environment(), note: () => undefined };
    await Promise.all([fetchedJars(program, fetch), fetchedJars(program, fetch)]);
    expect(cached()).toEqual(['cassandra-5.0.8']);
  });

  it.each([
    ['Maven fails', 'echo "no route to host"; exit 1', 'no route to host'],
    ['Maven brings not all of it', '', 'exit code 0'],
  ])('leaves nothing behind where %s, and says why', async (_when, end, reason) => {
    const fetch = { environment: environment(), note: () => undefined };
    const failure = await failureOfPromise(fetchedJars(maven(end), fetch));
    expect(failure.code).toBe('lab-ring-failed');
    expect(failure.message).toContain(reason);
    expect(cached()).toEqual([]);
  });

  it('leaves nothing behind where it is interrupted', async () => {
    const controller = new AbortController();
    const fetch = { environment: environment(), note: () => undefined, signal: controller.signal };
    const failure = failureOfPromise(fetchedJars(maven(SUCCESS), fetch));
    controller.abort();
    expect((await failure).message).toBe('interrupted');
    expect(cached()).toEqual([]);
  });
});
