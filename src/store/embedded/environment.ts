// The one way from the parts of the embedded store to its engine. Each operation is one named statement: it passes the
// gate (bounded work in flight), the tap, and its time budget; an error of the engine leaves as a Failure of the right
// kind. Reads see everything committed before they began, by any process of the node.
import type { Budget } from '../../base/budget.js';
import type { Clock, Timers } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import { Gate } from '../../base/gate.js';
import type { Log } from '../../base/log.js';
import type { Metrics } from '../../base/metrics.js';
import { nextTurn } from '../../base/turn.js';
import type { StatementTap } from '../api/statement-tap.js';
import { DeadlineWatch } from './deadline-watch.js';
import type { Engine } from './engine.js';
import { failureOfCommit, failureOfEngine } from './engine-failure.js';
import { Fullness } from './fullness.js';

export interface EnvironmentOptions {
  readonly engine: Engine;
  readonly folder: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly tap: StatementTap;
  readonly metrics?: Metrics | undefined;
  /** Writes handed to the engine and not yet durable, and those that may wait for their turn. */
  readonly inFlight: number;
  readonly waiting: number;
}

export class Environment {
  readonly #engine: Engine;
  readonly #folder: string;
  readonly #tap: StatementTap;
  readonly #metrics: Metrics | undefined;
  readonly #gate: Gate;
  readonly #deadlines: DeadlineWatch;
  readonly #fullness: Fullness;
  readonly clock: Clock;
  #isClosed = false;
  #snapshot: Promise<void> | undefined;

  constructor(options: EnvironmentOptions) {
    const { engine, clock, timers, log, tap, metrics, inFlight, waiting } = options;
    this.#engine = engine;
    this.#folder = options.folder;
    this.#tap = tap;
    this.#metrics = metrics;
    this.clock = clock;
    this.#gate = new Gate({ name: 'embedded store', width: inFlight, waiting }, timers);
    this.#deadlines = new DeadlineWatch(timers);
    this.#fullness = new Fullness(clock, log);
  }

  /** `look` only reads. */
  async read<T>(statement: string, budget: Budget, look: () => T): Promise<T> {
    this.#assertOpen();
    budget.assertRemains(statement);
    return this.#tap.around(statement, async () => {
      await this.#freshSnapshot();
      this.#assertOpen();
      try {
        return look();
      } catch (error) {
        throw failureOfEngine(error, statement, this.#folder);
      }
    });
  }

  /**
   * One transaction: all that `change` writes is durable when this resolves, or nothing of it happened, or its outcome
   * is uncertain (past the deadline, and on a broken disk). `change` reads first and writes then, and is not async.
   */
  async write<T>(statement: string, budget: Budget, change: () => T): Promise<T> {
    this.#assertOpen();
    budget.assertRemains(statement);
    try {
      return await this.#deadlines.guard(statement, budget, (begun) =>
        this.#gate.run(budget, () => {
          this.#assertOpen();
          budget.assertRemains(statement);
          begun();
          return this.#tap.around(statement, () => this.#commit(statement, change));
        }),
      );
    } catch (error) {
      if (error instanceof Failure && error.code === 'too-busy') {
        this.#metrics?.count('cassmail_store_refused_total', {});
      }
      throw error;
    }
  }

  /** Refuses what comes from now on, and resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#deadlines.settled(), this.#freshSnapshot()]);
  }

  /**
   * Reads asked for in one turn of the event loop share a snapshot taken after it: whoever reads page after page lets
   * the others have their turn, and the snapshot costs once for all.
   */
  #freshSnapshot(): Promise<void> {
    this.#snapshot ??= this.#takeSnapshot();
    return this.#snapshot;
  }

  async #takeSnapshot(): Promise<void> {
    await nextTurn();
    this.#snapshot = undefined;
    this.#engine.refresh();
  }

  async #commit<T>(statement: string, change: () => T): Promise<T> {
    return this.#fullness.attempt(async () => {
      try {
        return await this.#engine.transact(change);
      } catch (error) {
        throw failureOfCommit(error, statement, this.#folder);
      }
    });
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new Failure('store-closed', 'the embedded store is closed');
  }
}
