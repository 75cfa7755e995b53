// What everything in a worker is built on.
import type { Clock, Timers } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import type { Random } from '../base/random.js';
import type { LoginProof } from '../accounts/proven-logins.js';
import type { Tallies } from '../accounts/tallies.js';
import type { Store } from '../store/api/store.js';

export interface WorkerParts {
  readonly store: Store;
  readonly tallies: Tallies;
  /** Of this process, unique in the ring: it holds locks under this name. */
  readonly processName: string;
  /** 48 octets that all workers of the node share. */
  readonly ticketKeys: Buffer;
  /** 32 octets, likewise. */
  readonly proofKey: Uint8Array;
  /** Tells the other workers of the node. */
  readonly shareProof: (proof: LoginProof) => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}
