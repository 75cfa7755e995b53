// The longest times that the processes of a node computed without turning to their events.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './project-root.js';

const WATCH = pathToFileURL(join(projectRoot, 'dist/test/loop-watch.js')).href;

/** The environment of a node (MailNodeOptions) whose processes all write into this file. */
export function loopWatched(file: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${WATCH}`, CASSMAIL_TEST_LOOP_FILE: file };
}

/** In milliseconds of computing, since then; 0 when there was none worth mentioning. A start blocks for long. */
export function longestBlockMs(file: string, sinceMs: number): number {
  if (!existsSync(file)) return 0;
  const blocks = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .filter(([atMs = 0]) => atMs >= sinceMs)
    .map(([, blockMs = 0]) => blockMs);
  return Math.max(0, ...blocks);
}
