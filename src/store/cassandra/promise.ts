// What an acknowledgement is worth, in one sentence for the operator: how many ring nodes may be lost for good, and what
// a power cut of all of them at once takes with it. Pure.
import type { Levels, RingShape } from './consistency.js';
import { countOf, demandOf } from './replicas.js';
import type { ConsistencyLevel } from './ring.js';

/** `commitlog_sync` of the ring nodes: periodic acknowledges before the disk has it, the others after. */
export interface CommitLog {
  readonly mode: 'periodic' | 'group' | 'batch';
  /** Between two syncs, where periodic. */
  readonly periodMs: number;
}

export function promiseOf(levels: Levels, shape: RingShape, commitLog: CommitLog): string {
  const mail = nodesToLose(levels.deliver, shape);
  const relayed = nodesToLose(levels.control, shape);
  const survives =
    mail === relayed
      ? `a 250 ${survivesLossOf(mail)}`
      : `a 250 for a local mailbox ${survivesLossOf(mail)}, for relayed mail it ${survivesLossOf(relayed)}`;
  return `${survives}; ${afterPowerCut(commitLog)}`;
}

/** An acknowledged write is on at least so many replicas; all but one of those may go. */
function nodesToLose(level: ConsistencyLevel, { replication, localDataCenter }: RingShape): number {
  return countOf(demandOf(level, replication, localDataCenter)) - 1;
}

function survivesLossOf(nodes: number): string {
  if (nodes === 0) return 'does not survive the loss of a ring node';
  return `survives the loss of any ${nodes === 1 ? 'one ring node' : `${nodes} ring nodes`}`;
}

function afterPowerCut({ mode, periodMs }: CommitLog): string {
  return mode === 'periodic'
    ? `a power cut of all ring nodes at once may lose the last ${periodMs / 1000} s (commit log periodic)`
    : `a power cut of all ring nodes at once loses nothing (commit log ${mode})`;
}
