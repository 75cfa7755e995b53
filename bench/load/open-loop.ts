// A load that comes whether or not the server keeps up: the n-th task starts at its appointed time, and its waiting time
// counts from that appointment. A server that stalls is charged for everybody who had to queue meanwhile, which a
// client that waits for the last answer before it asks again would hide.
import { setTimeout as pause } from 'node:timers/promises';

const TICK_MS = 1;

export interface OpenLoop {
  readonly perSecond: number;
  readonly count: number;
  /** More unanswered tasks than this at a time: the server does not keep up, and the run fails. */
  readonly mostOpen: number;
}

/** Milliseconds from the beginning to the appointed start of a task; numbers begin with 0. */
export function appointedAtMs(number: number, perSecond: number): number {
  return (number * 1000) / perSecond;
}

/** How many tasks have been due by now. */
export function dueBy(elapsedMs: number, { perSecond, count }: OpenLoop): number {
  return Math.min(count, Math.floor((elapsedMs * perSecond) / 1000) + 1);
}

/** The waiting time of each task in milliseconds, from its appointed start to its end. */
export async function runOpenLoop(
  load: OpenLoop,
  task: (number: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const waits: number[] = [];
  const failures: unknown[] = [];
  const tasks: Promise<void>[] = [];
  const beganAt = performance.now();
  const begin = async (number: number): Promise<void> => {
    try {
      await task(number);
      waits.push(performance.now() - beganAt - appointedAtMs(number, load.perSecond));
    } catch (error) {
      failures.push(error);
    }
  };
  while (tasks.length < load.count && failures.length === 0) {
    const due = dueBy(performance.now() - beganAt, load);
    while (tasks.length < due) tasks.push(begin(tasks.length));
    if (tasks.length - waits.length > load.mostOpen)
      throw new Error(`${load.mostOpen} tasks wait for an answer`);
    await pause(TICK_MS);
  }
  await Promise.all(tasks);
  if (failures.length > 0) throw failures[0];
  return waits;
}
