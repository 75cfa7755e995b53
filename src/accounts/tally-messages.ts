// How a worker asks the primary about tallies: plain data, whatever carries it.

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
