// Cassandra as Maven Central has it: its jar and everything that needs, about 100 files, 67 MB. Fetched once per
// machine and version into the user's cache. A fetch works in a folder of its own, which gets its final name only when
// it is complete: a half fetched one is never used, and of two fetches at once one wins and the other uses that.
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Environment } from '../../../base/surroundings.js';
import { Failure } from '../../../base/failure.js';
import { runCommand, type CommandRun } from './command-run.js';
import { makeFolder } from './make-folder.js';

const CASSANDRA_VERSION = '5.0.8';

const MAIN_JAR = `cassandra-all-${CASSANDRA_VERSION}.jar`;
/** Seconds on a good line; a bad one may take minutes. */
const FETCH_TIMEOUT_MS = 15 * 60_000;

export interface Fetch {
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
  readonly note: (line: string) => void;
}

/** The folder of jars for this version, whether it is there already or not. */
export function jarsFolder(environment: Environment): string {
  const cache = environment['XDG_CACHE_HOME'] ?? join(environment['HOME'] ?? '/tmp', '.cache');
  return join(cache, 'cassmail', `cassandra-${CASSANDRA_VERSION}`);
}

export function hasJars(environment: Environment): boolean {
  return existsSync(join(jarsFolder(environment), MAIN_JAR));
}

export function findMaven(environment: Environment): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'mvn')).find((program) => existsSync(program));
}

/** The folder of jars, fetched now where it was not there. */
export async function fetchedJars(maven: string | undefined, fetch: Fetch): Promise<string> {
  const folder = jarsFolder(fetch.environment);
  if (hasJars(fetch.environment)) return folder;
  if (maven === undefined) throw new Failure('lab-missing-tool', 'no Maven to fetch Cassandra with');
  makeFolder(dirname(folder), 'let XDG_CACHE_HOME name a folder that this user may write to');
  const unfinished = mkdtempSync(`${folder}.unfinished-`);
  try {
    fetch.note(`fetching Cassandra ${CASSANDRA_VERSION} by Maven (67 MB, only this once) into ${folder}`);
    await fetchInto(unfinished, maven, fetch);
    putInPlace(join(unfinished, 'jars'), folder);
    fetch.note('fetched');
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

async function fetchInto(folder: string, maven: string, fetch: Fetch): Promise<void> {
  writeFileSync(join(folder, 'pom.xml'), pom);
  const run: CommandRun = {
    program: maven,
    words: [
      '-q',
      '-B',
      '-f',
      join(folder, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${join(folder, 'jars')}`,
      '-DincludeScope=runtime',
    ],
    environment: fetch.environment,
    timeoutMs: FETCH_TIMEOUT_MS,
    signal: fetch.signal,
  };
  const { exitCode, output } = await runCommand(run);
  if (exitCode !== 0 || !existsSync(join(folder, 'jars', MAIN_JAR))) {
    const tail = output.trimEnd().split('\n').slice(-12).join('\n  ');
    throw new Failure('lab-ring-failed', `Maven did not fetch Cassandra (exit code ${exitCode}):\n  ${tail}`);
  }
}

/** Moves the complete folder to its name, unless another fetch has done so meanwhile. */
function putInPlace(complete: string, folder: string): void {
  try {
    renameSync(complete, folder);
  } catch (error) {
    if (!existsSync(join(folder, MAIN_JAR))) throw error;
  }
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>cassmail</groupId><artifactId>ring</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.apache.cassandra</groupId><artifactId>cassandra-all</artifactId><version>${CASSANDRA_VERSION}</version>
  </dependency></dependencies>
</project>
`;
