// Where the product listens to its store: how long each statement takes, how it ends, and how many are under way.
import type { Clock } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import type { Metrics } from '../base/metrics.js';
import type { StatementTap } from '../store/api/statement-tap.js';

export class MeasuringTap implements StatementTap {
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  #inFlight = 0;

  constructor(clock: Clock, metrics: Metrics) {
    this.#clock = clock;
    this.#metrics = metrics;
  }

  async around<T>(statement: string, send: () => Promise<T>): Promise<T> {
    const startedAtMs = this.#clock.monotonicMs();
    this.#changeInFlight(1);
    let outcome = 'ok';
    try {
      return await send();
    } catch (error) {
      outcome = error instanceof Failure ? error.code : 'bug';
      throw error;
    } finally {
      this.#changeInFlight(-1);
      const seconds = (this.#clock.monotonicMs() - startedAtMs) / 1000;
      this.#metrics.observe('cassmail_store_statement_seconds', { statement, outcome }, seconds);
    }
  }

  #changeInFlight(by: number): void {
    this.#inFlight += by;
    this.#metrics.gauge('cassmail_store_in_flight', {}, this.#inFlight);
  }
}
