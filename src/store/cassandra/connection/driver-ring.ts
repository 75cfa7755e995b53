// Ring over cassandra-driver. Each attempt waits for its turn at the gate, passes the statement tap under the request's
// name, and is given no more time than the budget has left. An attempt that failed is made again only where that is
// harmless (reads, idempotent writes, and whatever a node refused for not having heard of a table yet), a few times,
// after a pause that is drawn at random, inside the budget; once an attempt was *uncertain* the whole request is,
// whatever the later ones say.
import type { Budget } from '../../../base/budget.js';
import type { Timers } from '../../../base/clock.js';
import { Failure, type FailureCode } from '../../../base/failure.js';
import type { Gate } from '../../../base/gate.js';
import type { Metrics } from '../../../base/metrics.js';
import type { Random } from '../../../base/random.js';
import type { StatementTap } from '../../api/statement-tap.js';
import { ownTermsOf, type AnyLevel, type DriverClient, type Execution, type Page } from './driver-client.js';
import type {
  ConditionalRequest,
  ConsistencyLevel,
  Query,
  ReadRequest,
  Ring,
  Row,
  Verdict,
  WriteRequest,
} from '../ring.js';
import type { RequestKind } from './trouble.js';

export interface DriverRingParts {
  readonly client: Pick<DriverClient, 'execute' | 'batch'>;
  readonly gate: Gate;
  readonly tap: StatementTap;
  readonly metrics: Metrics;
  readonly timers: Timers;
  readonly random: Random;
  /** Of the writes that lightweight transactions end in. */
  readonly controlLevel: ConsistencyLevel;
  readonly requestTimeoutMs: number;
}

interface NamedRequest {
  readonly kind: RequestKind;
  readonly name: string;
}

const MOST_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 40;
const PAUSE_GROWS_BY = 4;

const worthAnotherAttempt: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'store-unavailable',
  'store-overloaded',
  'store-read-failed',
  'store-write-uncertain',
  'schema-unknown',
]);

/** A condition must not be put twice, unless nothing came of it: the next attempt asks another node. */
const worthAnotherChange: ReadonlySet<FailureCode> = new Set<FailureCode>(['schema-unknown']);

export class DriverRing implements Ring {
  readonly #parts: DriverRingParts;
  readonly #sent = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(parts: DriverRingParts) {
    this.#parts = parts;
  }

  /** Refuses what comes from now on, also of requests that have begun; resolves when all that was sent is answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#sent);
  }

  read(request: ReadRequest, budget: Budget): Promise<readonly Row[]> {
    return this.#readAll(request, budget);
  }

  readSerial(request: Omit<ReadRequest, 'consistency'>, budget: Budget): Promise<readonly Row[]> {
    return this.#readAll({ ...request, consistency: 'SERIAL' }, budget);
  }

  async *pages(
    request: ReadRequest & { readonly pageSize: number },
    budget: Budget,
  ): AsyncGenerator<readonly Row[]> {
    let coming: Promise<Page> | undefined = this.#page(request, budget);
    while (coming !== undefined) {
      const { rows, next }: Page = await coming;
      coming = next === undefined ? undefined : this.#page(request, budget, next);
      coming?.catch(() => undefined); // met when its turn comes; until then nobody is waiting for it
      if (rows.length > 0) yield rows;
    }
  }

  async write(request: WriteRequest, budget: Budget): Promise<void> {
    const { name, queries, consistency } = request;
    const send = (timeoutMs: number): Promise<Page> => this.#execute(queries, { consistency, timeoutMs });
    if (request.isIdempotent) await this.#repeat({ kind: 'write', name }, budget, send);
    else await this.#attempt({ kind: 'write', name }, budget, send);
  }

  async change(request: ConditionalRequest, budget: Budget): Promise<Verdict> {
    const { name, queries } = request;
    const consistency = this.#parts.controlLevel;
    const send = (timeoutMs: number): Promise<Page> =>
      this.#execute(queries, { consistency, isConditional: true, timeoutMs });
    const { rows } = await this.#repeat({ kind: 'condition', name }, budget, send, worthAnotherChange);
    return verdictOf(rows);
  }

  async #readAll(
    request: Omit<ReadRequest, 'consistency'> & { readonly consistency: AnyLevel },
    budget: Budget,
  ): Promise<readonly Row[]> {
    const first = await this.#page(request, budget);
    if (first.next === undefined) return first.rows;
    const rows = [...first.rows];
    for (let next: string | undefined = first.next; next !== undefined;) {
      const page: Page = await this.#page(request, budget, next);
      rows.push(...page.rows);
      next = page.next;
    }
    return rows;
  }

  #page(
    request: Omit<ReadRequest, 'consistency'> & {
      readonly consistency: AnyLevel;
      readonly pageSize?: number;
    },
    budget: Budget,
    from?: string,
  ): Promise<Page> {
    const { name, query, consistency, isTriedOnce, pageSize } = request;
    const send = (timeoutMs: number): Promise<Page> =>
      this.#parts.client.execute(query, {
        consistency,
        timeoutMs,
        ...(pageSize === undefined ? {} : { pageSize }),
        ...(from === undefined ? {} : { from }),
      });
    return isTriedOnce === true
      ? this.#attempt({ kind: 'read', name }, budget, send)
      : this.#repeat({ kind: 'read', name }, budget, send);
  }

  #execute(queries: readonly [Query, ...Query[]], execution: Execution): Promise<Page> {
    const { client } = this.#parts;
    return queries.length === 1 ? client.execute(queries[0], execution) : client.batch(queries, execution);
  }

  async #repeat<T>(
    request: NamedRequest,
    budget: Budget,
    send: (timeoutMs: number) => Promise<T>,
    worthwhile = worthAnotherAttempt,
  ): Promise<T> {
    let uncertain: Failure | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(request, budget, send);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.kind === 'uncertain') uncertain = error;
        if (attempt === MOST_ATTEMPTS || !worthwhile.has(error.code)) throw uncertain ?? error;
        const pauseMs = this.#pauseMs(attempt);
        if (budget.remainingMs() <= pauseMs) throw uncertain ?? error;
        this.#parts.metrics.count('cassmail_store_retries_total', { statement: request.name });
        await this.#parts.timers.sleep(pauseMs);
      }
    }
  }

  #pauseMs(attempt: number): number {
    return FIRST_PAUSE_MS * PAUSE_GROWS_BY ** (attempt - 1) * (0.5 + this.#parts.random.fraction());
  }

  async #attempt<T>(
    { kind, name }: NamedRequest,
    budget: Budget,
    send: (timeoutMs: number) => Promise<T>,
  ): Promise<T> {
    const { gate, tap, requestTimeoutMs } = this.#parts;
    try {
      return await gate.run(budget, () => {
        this.#assertOpen(name);
        budget.assertRemains(`send ${name}`);
        const sent = tap.around(name, async () => {
          try {
            return await send(Math.max(1, Math.min(budget.remainingMs(), requestTimeoutMs)));
          } catch (error) {
            throw ownTermsOf(error, kind, name);
          }
        });
        return this.#whileSent(sent);
      });
    } catch (error) {
      if (error instanceof Failure && error.code === 'too-busy') {
        this.#parts.metrics.count('cassmail_store_refused_total', {});
      }
      throw error;
    }
  }

  async #whileSent<T>(sent: Promise<T>): Promise<T> {
    this.#sent.add(sent);
    try {
      return await sent;
    } finally {
      this.#sent.delete(sent);
    }
  }

  #assertOpen(name: string): void {
    if (this.#isClosed) throw new Failure('store-closed', `${name}: the connection to the ring is closed`);
  }
}

function verdictOf(rows: readonly Row[]): Verdict {
  const [first] = rows;
  if (first === undefined) throw new TypeError('a conditional statement was answered without a verdict');
  const isApplied = first['[applied]'] === true;
  return { isApplied, found: isApplied || Object.keys(first).length === 1 ? undefined : first };
}
