// What the HTTP interface asks of the node it belongs to.
import type { Budget } from '../base/budget.js';

export interface NodeView {
  readonly name: string;
  readonly version: string;
  readonly startedAtMs: number;
  readonly roles: readonly string[];
  readonly store: { readonly kind: 'embedded' | 'cassandra'; readonly promise: string };
  workers(): WorkerCount;
  /** It finishes what is in hand and takes nothing new. */
  isStopping(): boolean;
  /** Who receives what is addressed to postmaster now. */
  postmaster(budget: Budget): Promise<string | undefined>;
  /** Any cheap read: fails, or takes longer than the budget, when the store does not answer. */
  askStore(budget: Budget): Promise<void>;
  /** Of this process and its workers, for Prometheus. */
  metricsText(): Promise<string>;
  /** Fails with *config-invalid*; then nothing has changed. */
  reload(): Promise<ReloadedKeys> | ReloadedKeys;
}

export interface WorkerCount {
  readonly configured: number;
  /** Those that serve on all their ports. */
  readonly listening: number;
}

export interface ReloadedKeys {
  readonly live: readonly string[];
  readonly atRestart: readonly string[];
}
