// Counts that fade: how often something happened lately. One set for all workers of a node (the primary keeps it), so
// that a client cannot get twice the allowance by being served by two workers. Not shared between nodes.

export interface Tallies {
  /** Adds `by` (0: just look) and gives the sum of the last `windowMs`, what was added now included. */
  add(name: string, by: number, windowMs: number): Promise<number>;
  forget(name: string): Promise<void>;
}
