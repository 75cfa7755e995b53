// How much the processes of a node have computed: what a busy machine does not change, as it does a time on the wall.
import { readFileSync } from 'node:fs';
import type { MailNode } from './mail-node.js';

/** Of which the system counts a hundred in a second. */
const TICK_MS = 10;

/** In milliseconds since they started, all their threads together. Linux. */
export function computedMs({ process: { pid, workerPids } }: MailNode): number {
  return [pid, ...workerPids].map(ofProcess).reduce((sum, ms) => sum + ms, 0);
}

/** proc(5): the name in parentheses may hold anything; utime and stime are the 12th and 13th fields after it. */
function ofProcess(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
