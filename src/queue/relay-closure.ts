// No backup, no service: once the store has failed a write, nothing is begun with a client that could only end in the
// same failure a time-out later. It is said at once, until a probe has found the store well again. What was accepted
// before is not touched by this.
import type { Cancel, Clock, Timers } from '../base/clock.js';
import { Failure, failureOf, type FailureCode } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import { PROBE_EVERY_MS } from './bounds.js';

export interface RelayClosureParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Fails while the store does not take what the next message would need. */
  readonly probe: () => Promise<void>;
}

/** Of who asked, not of the store. */
const NO_FAULT_OF_THE_STORE: ReadonlySet<FailureCode> = new Set([
  'deadline-passed',
  'lease-lost',
  'slice-dropped',
] as const);

export class RelayClosure {
  readonly #parts: RelayClosureParts;
  #closed: { readonly cause: Failure; readonly sinceMs: number } | undefined;
  #cancelProbe: Cancel = () => undefined;
  #isStopped = false;

  constructor(parts: RelayClosureParts) {
    this.#parts = parts;
    this.#show();
  }

  get isOpen(): boolean {
    return this.#closed === undefined && !this.#isStopped;
  }

  assertOpen(): void {
    if (this.#isStopped) throw new Failure('relay-closed', 'the gateway is stopping');
    if (this.#closed === undefined) return;
    const { cause } = this.#closed;
    throw new Failure('relay-closed', `the store failed: ${cause.message}`, { cause });
  }

  failed(failure: Failure): void {
    if (this.#closed !== undefined || this.#isStopped || !isOfTheStore(failure)) return;
    this.#closed = { cause: failure, sinceMs: this.#parts.clock.monotonicMs() };
    this.#parts.log.write('relay.closed', { error: failure });
    this.#show();
    this.#probeLater();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelProbe();
    this.#show();
  }

  #probeLater(): void {
    if (this.#isStopped) return;
    this.#cancelProbe = this.#parts.timers.after(PROBE_EVERY_MS, () => void this.#probe());
  }

  async #probe(): Promise<void> {
    try {
      await this.#parts.probe();
      this.#open();
    } catch (error) {
      failureOf(error); // it is closed already, and stays so
      this.#probeLater();
    }
  }

  #open(): void {
    if (this.#closed === undefined) return;
    const closedMs = Math.round(this.#parts.clock.monotonicMs() - this.#closed.sinceMs);
    this.#closed = undefined;
    this.#parts.log.write('relay.open-again', { closedMs });
    this.#show();
  }

  #show(): void {
    this.#parts.metrics.gauge('cassmail_relay_open', {}, this.isOpen ? 1 : 0);
  }
}

function isOfTheStore({ code, kind }: Failure): boolean {
  return kind !== 'overloaded' && kind !== 'input' && !NO_FAULT_OF_THE_STORE.has(code);
}
