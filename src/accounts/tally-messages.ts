// How a worker asks the primary about tallies: plain data, whatever carries it.
import type { Tallies } from './tallies.js';

export interface TallyRequest {
  /** Given back with the reply; the worker's own count. */
  readonly id: number;
  readonly name: string;
  /** Undefined: forget this name. */
  readonly by?: number;
  readonly windowMs: number;
}

export interface TallyReply {
  readonly id: number;
  readonly sum: number;
}

/** The primary's part. */
export async function answerTally(
  tallies: Tallies,
  { id, name, by, windowMs }: TallyRequest,
): Promise<TallyReply> {
  if (by !== undefined) return { id, sum: await tallies.add(name, by, windowMs) };
  await tallies.forget(name);
  return { id, sum: 0 };
}
