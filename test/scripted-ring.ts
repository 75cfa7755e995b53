// A Ring that answers from a script and remembers what it was asked: for the decisions that a store makes from answers
// which a real ring gives too rarely to wait for.
import type { Budget } from '../src/base/budget.js';
import type {
  ConditionalRequest,
  ReadRequest,
  Ring,
  Row,
  Verdict,
  WriteRequest,
} from '../src/store/cassandra/ring.js';

type Answer<T> = T | Error;

export interface RingScript {
  readonly reads?: readonly Answer<readonly Row[]>[];
  readonly pages?: readonly (readonly Row[])[];
  readonly changes?: readonly Answer<Verdict>[];
  readonly serialReads?: readonly Answer<readonly Row[]>[];
  /** What becomes of a write; without it all succeed. */
  readonly onWrite?: (request: WriteRequest, budget: Budget) => Promise<void>;
}

export class ScriptedRing implements Ring {
  /** Names of all requests, in order. */
  readonly names: string[] = [];
  readonly writes: WriteRequest[] = [];
  /** How long each of those was given. */
  readonly writableMs: number[] = [];
  readonly changes: ConditionalRequest[] = [];
  readonly #reads: Answer<readonly Row[]>[];
  readonly #pages: readonly (readonly Row[])[];
  readonly #changes: Answer<Verdict>[];
  readonly #serialReads: Answer<readonly Row[]>[];
  readonly #onWrite: ((request: WriteRequest, budget: Budget) => Promise<void>) | undefined;

  constructor(script: RingScript = {}) {
    this.#reads = [...(script.reads ?? [])];
    this.#pages = script.pages ?? [];
    this.#changes = [...(script.changes ?? [])];
    this.#serialReads = [...(script.serialReads ?? [])];
    this.#onWrite = script.onWrite;
  }

  async read({ name }: ReadRequest): Promise<readonly Row[]> {
    return this.#answer(name, this.#reads);
  }

  async *pages({ name }: ReadRequest): AsyncGenerator<readonly Row[]> {
    this.names.push(name);
    for (const page of this.#pages) yield page;
  }

  async write(request: WriteRequest, budget: Budget): Promise<void> {
    this.writableMs.push(budget.remainingMs());
    this.names.push(request.name);
    this.writes.push(request);
    await this.#onWrite?.(request, budget);
  }

  async change(request: ConditionalRequest): Promise<Verdict> {
    this.changes.push(request);
    return this.#answer(request.name, this.#changes);
  }

  async readSerial({ name }: Omit<ReadRequest, 'consistency'>): Promise<readonly Row[]> {
    return this.#answer(name, this.#serialReads);
  }

  #answer<T>(name: string, answers: Answer<T>[]): T {
    this.names.push(name);
    const answer = answers.shift();
    if (answer === undefined) throw new TypeError(`${name}: the script has no more answers`);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}
