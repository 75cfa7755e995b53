// The primary's tallies as a worker sees them. Counting must not stop mail: a primary that does not answer within a second
// is done without, and this worker counts by itself, for that request and for the next few seconds. Meanwhile a client may
// get an allowance from each worker, which is better than none and than no limit.
import type { Clock, Timers } from '../base/clock.js';
import { MemoryTallies } from './memory-tallies.js';
import type { Tallies } from './tallies.js';
import type { TallyReply, TallyRequest } from './tally-messages.js';

const ANSWER_MS = 1000;
const ALONE_MS = 5000;
/** As many requests as a worker has connections; more mean that the primary is far behind. */
const MOST_WAITING = 2000;

export interface RemoteTalliesParts {
  readonly clock: Clock;
  readonly timers: Timers;
}

export class RemoteTallies implements Tallies {
  readonly #send: (request: TallyRequest) => void;
  readonly #timers: Timers;
  readonly #local: Tallies;
  readonly #waiting = new Map<number, (sum: number | undefined) => void>();
  #lastId = 0;
  #isAlone = false;

  /** `send` goes to the primary, whose answers go to `hear`; what it cannot send is not answered. */
  constructor(send: (request: TallyRequest) => void, { clock, timers }: RemoteTalliesParts) {
    this.#send = send;
    this.#timers = timers;
    this.#local = new MemoryTallies({ clock });
  }

  async add(name: string, by: number, windowMs: number): Promise<number> {
    const sum = await this.#ask({ name, by, windowMs });
    return sum ?? this.#local.add(name, by, windowMs);
  }

  async forget(name: string): Promise<void> {
    await this.#ask({ name, windowMs: 0 });
    await this.#local.forget(name);
  }

  /** What the primary has said; anything late is dropped. */
  hear({ id, sum }: TallyReply): void {
    this.#waiting.get(id)?.(sum);
  }

  /** Undefined: the primary does not answer. */
  #ask(question: Omit<TallyRequest, 'id'>): Promise<number | undefined> {
    if (this.#isAlone || this.#waiting.size >= MOST_WAITING) return Promise.resolve(undefined);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const finish = (sum: number | undefined): void => {
        cancel();
        this.#waiting.delete(id);
        resolve(sum);
      };
      const cancel = this.#timers.after(ANSWER_MS, () => {
        this.#beAlone();
        finish(undefined);
      });
      this.#waiting.set(id, finish);
      this.#send({ ...question, id });
    });
  }

  #beAlone(): void {
    if (this.#isAlone) return;
    this.#isAlone = true;
    this.#timers.after(ALONE_MS, () => (this.#isAlone = false));
  }
}
