// Finds the Java that Cassandra 5.0 runs on: exactly 17. Newer ones often lie beside it and are what PATH names; 24 and
// later cannot run it at all. So every usual place is asked for its version until one answers 17.
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '../../../base/surroundings.js';
import { Failure } from '../../../base/failure.js';
import { runCommand } from './command-run.js';

export const JAVA_VERSION = 17;

/** An answer takes a tenth of a second; a machine at its limits may need many times that. */
const VERSION_TIMEOUT_MS = 20_000;

export interface FoundJava {
  readonly program: string;
  readonly version: number;
}

export interface JavaSearch {
  /** The first 17, where there is one. */
  readonly java: string | undefined;
  /** Those of other versions that were met on the way. */
  readonly others: readonly FoundJava[];
}

export async function findJava(environment: Environment): Promise<JavaSearch> {
  const others: FoundJava[] = [];
  for (const program of javaCandidates(environment, subfolders).filter((path) => existsSync(path))) {
    const version = await versionOf(program, environment);
    if (version === JAVA_VERSION) return { java: program, others };
    if (version !== undefined) others.push({ program, version });
  }
  return { java: undefined, others };
}

/** Where a `java` may be, the likeliest first. */
export function javaCandidates(
  environment: Environment,
  list: (folder: string) => readonly string[],
): readonly string[] {
  const home = environment['HOME'] ?? '/nonexistent';
  const named = environment['JAVA_HOME'] ?? '';
  const usual = [
    ...list('/usr/lib/jvm'),
    ...list('/Library/Java/JavaVirtualMachines').map((folder) => join(folder, 'Contents/Home')),
    '/opt/homebrew/opt/openjdk@17',
    '/usr/local/opt/openjdk@17',
    ...list('/opt'),
    ...list('/opt/java'),
    ...list(join(home, '.sdkman/candidates/java')),
    ...list(join(home, '.jdks')),
  ];
  const homes = [
    ...usual.filter((folder) => folder.includes('17')),
    ...usual.filter((folder) => !folder.includes('17')),
  ];
  const path = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const programs = [
    ...(named === '' ? [] : [join(named, 'bin/java')]),
    ...homes.map((folder) => join(folder, 'bin/java')),
    ...path.map((folder) => join(folder, 'java')),
  ];
  return [...new Set(programs)];
}

/** `openjdk version "17.0.15" 2025-04-15` is 17, `java version "1.8.0_292"` is 8. */
export function parseJavaVersion(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** The folder's folders, by their full path; none where it does not exist. */
function subfolders(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name));
}

/** Undefined where it cannot be run or says something else: then it is not a Java for us. */
async function versionOf(program: string, environment: Environment): Promise<number | undefined> {
  try {
    const run = { program, words: ['-version'], environment, timeoutMs: VERSION_TIMEOUT_MS };
    return parseJavaVersion((await runCommand(run)).output);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
