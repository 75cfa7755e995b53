// Reading and writing the two tables about the schema: the history of files applied, and the lock under which they are.
// A lightweight transaction of undecided outcome is repeated: each of these says the same when it is said twice. And so is
// whatever meets a ring node that has not heard of the two tables yet: others may have made them a moment ago.
import { Budget } from '../../../base/budget.js';
import type { Clock, Timers } from '../../../base/clock.js';
import { failureOf } from '../../../base/failure.js';
import type { Log } from '../../../base/log.js';
import type { Random } from '../../../base/random.js';
import type { Ring, Row, Value, Verdict } from '../ring.js';
import type { SchemaFile } from './schema-files.js';
import type { AppliedFile } from './schema-state.js';

/** Longer than any one statement may take; a holder that died is waited for no longer than this. */
const LOCK_LASTS_S = 60;
const LOCK = 'schema';
const PATIENCE_MS = 60_000;
/** Before a transaction is repeated: contention is a reason for uncertainty, and many processes may start at once. */
const REPEAT_AFTER_MS = 250;

export interface SchemaTableParts {
  readonly ring: Ring;
  readonly clock: Clock;
  readonly timers: Pick<Timers, 'sleep'>;
  readonly random: Random;
  readonly log: Log;
  /** Names this process as the holder of the lock. */
  readonly processName: string;
}

export class SchemaTables {
  readonly #ring: Ring;
  readonly #clock: Clock;
  readonly #timers: Pick<Timers, 'sleep'>;
  readonly #random: Random;
  readonly #log: Log;
  readonly #holder: string;

  constructor({ ring, clock, timers, random, log, processName }: SchemaTableParts) {
    this.#ring = ring;
    this.#clock = clock;
    this.#timers = timers;
    this.#random = random;
    this.#log = log;
    this.#holder = processName;
  }

  async history(): Promise<readonly AppliedFile[]> {
    const cql = 'SELECT number, file, checksum, begun_at_ms, begun_by, finished_at_ms FROM schema_history';
    const request = { name: 'schema.history', query: { cql, values: [] }, consistency: 'QUORUM' } as const;
    const rows = await this.#patiently((budget) => this.#ring.read(request, budget));
    return rows.map(appliedFileOf).toSorted((one, other) => one.number - other.number);
  }

  async begin(file: SchemaFile): Promise<void> {
    await this.#settle(
      'schema.begin',
      'INSERT INTO schema_history (number, file, checksum, begun_at_ms, begun_by) VALUES (?, ?, ?, ?, ?) IF NOT EXISTS',
      [file.number, file.name, file.checksum, Math.floor(this.#clock.wallMs()), this.#holder],
    );
  }

  async finish(file: SchemaFile): Promise<void> {
    await this.#settle(
      'schema.finish',
      'UPDATE schema_history SET finished_at_ms = ? WHERE number = ? IF EXISTS',
      [Math.floor(this.#clock.wallMs()), file.number],
    );
  }

  /** Who applies files now. */
  async lockHolder(): Promise<string | undefined> {
    const query = { cql: 'SELECT holder FROM schema_lock WHERE name = ?', values: [LOCK] };
    const request = { name: 'schema.lock-holder', query };
    const [row] = await this.#patiently((budget) => this.#ring.readSerial(request, budget));
    return typeof row?.['holder'] === 'string' ? row['holder'] : undefined;
  }

  async lock(): Promise<boolean> {
    const verdict = await this.#settle(
      'schema.lock',
      `INSERT INTO schema_lock (name, holder) VALUES (?, ?) IF NOT EXISTS USING TTL ${LOCK_LASTS_S}`,
      [LOCK, this.#holder],
    );
    return verdict.isApplied || verdict.found?.['holder'] === this.#holder;
  }

  /** False: it had lapsed, and somebody else may be at it. */
  async keepLock(): Promise<boolean> {
    const verdict = await this.#settle(
      'schema.keep-lock',
      `UPDATE schema_lock USING TTL ${LOCK_LASTS_S} SET holder = ? WHERE name = ? IF holder = ?`,
      [this.#holder, LOCK, this.#holder],
    );
    return verdict.isApplied;
  }

  /** As far as that is possible now: what cannot be removed lapses. */
  async unlock(): Promise<void> {
    try {
      await this.#settle('schema.unlock', 'DELETE FROM schema_lock WHERE name = ? IF holder = ?', [
        LOCK,
        this.#holder,
      ]);
    } catch (error) {
      const { code, message } = failureOf(error);
      this.#log.write('schema.unlock-failed', { code, says: message });
    }
  }

  #settle(name: string, cql: string, values: readonly Value[]): Promise<Verdict> {
    return this.#patiently((budget) => this.#ring.change({ name, queries: [{ cql, values }] }, budget));
  }

  async #patiently<T>(ask: (budget: Budget) => Promise<T>): Promise<T> {
    const budget = Budget.of(this.#clock, PATIENCE_MS);
    for (;;) {
      try {
        return await ask(budget);
      } catch (error) {
        const { kind, code } = failureOf(error);
        const isWorthRepeating = kind === 'uncertain' || code === 'schema-unknown';
        if (!isWorthRepeating || budget.isSpent()) throw error;
      }
      await this.#timers.sleep(REPEAT_AFTER_MS * (0.5 + this.#random.fraction()));
    }
  }
}

function appliedFileOf(row: Row): AppliedFile {
  const finishedAtMs = row['finished_at_ms'];
  return {
    number: Number(row['number']),
    name: String(row['file']),
    checksum: String(row['checksum']),
    begunAtMs: Number(row['begun_at_ms']),
    begunBy: String(row['begun_by']),
    finishedAtMs: typeof finishedAtMs === 'number' ? finishedAtMs : undefined,
  };
}
