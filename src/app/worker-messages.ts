// What the primary process of a node and its workers say to each other.
import type { FailureCode } from '../base/failure.js';
import type { MetricsSnapshot } from '../base/metrics.js';
import type { LoginProof } from '../accounts/proven-logins.js';
import type { TallyReply, TallyRequest } from '../accounts/tally-messages.js';
import type { Config } from '../config/definition.js';

/** The first thing a worker hears: who it is and what to do. */
export interface BeginMessage {
  readonly kind: 'begin';
  readonly config: Config;
  /** Unique among all processes of the ring: the name under which it holds locks. */
  readonly processName: string;
  /** What all workers of the node seal TLS sessions with, so that a client resumes its own with any of them. */
  readonly ticketKeys: Uint8Array;
  /** What all workers of the node remember proven logins with. */
  readonly proofKey: Uint8Array;
}

/** One worker tells it, and the primary passes it on to the others. */
export interface LoginProvenMessage {
  readonly kind: 'login-proven';
  readonly proof: LoginProof;
}

export type ToWorker =
  | BeginMessage
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'metrics-wanted'; readonly request: number }
  | { readonly kind: 'tally'; readonly reply: TallyReply }
  | LoginProvenMessage
  /** Finish what is in hand within this time, then end. */
  | { readonly kind: 'drain'; readonly ms: number };

/** Where a worker listens, by the key of the configuration that says so. */
export interface ListeningAt {
  readonly key: string;
  readonly host: string;
  readonly port: number;
}

export type FromWorker =
  /** It listens now: what is said to a worker before is lost. */
  | { readonly kind: 'hears' }
  | { readonly kind: 'up'; readonly listening: readonly ListeningAt[] }
  /** It cannot do what it is for, and ends. */
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly says: string }
  | { readonly kind: 'metrics'; readonly request: number; readonly snapshot: MetricsSnapshot }
  | { readonly kind: 'tally'; readonly request: TallyRequest }
  | LoginProvenMessage;
