// What has to be ended when a node stops, the last begun first, and what can end beside it with it; every one is, even where another fails or takes too long:
// whoever asked the node to stop has a bound of his own, and kills it then.
import type { Timers } from '../base/clock.js';
import type { Log } from '../base/log.js';

export interface EndingsParts {
  readonly timers: Timers;
  readonly log: Log;
}

interface Ending {
  /** For the log. */
  readonly what: string;
  readonly end: () => Promise<void> | void;
  /** It is left as it is when this has passed. */
  readonly withinMs: number;
}

export class Endings {
  readonly #parts: EndingsParts;
  /** Those of one row end together. */
  readonly #endings: Ending[][] = [];
  #hasBegun = false;

  constructor(parts: EndingsParts) {
    this.#parts = parts;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  add(what: string, end: Ending['end'], withinMs: number): void {
    this.#endings.push([{ what, end, withinMs }]);
  }

  /** Ends together with what was added last. */
  addBeside(what: string, end: Ending['end'], withinMs: number): void {
    const row = this.#endings.at(-1);
    if (row === undefined) this.add(what, end, withinMs);
    else row.push({ what, end, withinMs });
  }

  /** Throws what the first that failed threw, after all of them. */
  async run(): Promise<void> {
    this.#hasBegun = true;
    const failures: unknown[] = [];
    for (const row of this.#endings.toReversed()) {
      const outcomes = await Promise.allSettled(row.map((ending) => this.#endInTime(ending)));
      for (const outcome of outcomes) if (outcome.status === 'rejected') failures.push(outcome.reason);
    }
    if (failures.length > 0) throw failures[0];
  }

  async #endInTime(ending: Ending): Promise<void> {
    const hasEnded = new AbortController();
    try {
      await Promise.race([ending.end(), this.#leave(ending, hasEnded.signal)]);
    } finally {
      hasEnded.abort();
    }
  }

  async #leave({ what, withinMs }: Ending, hasEnded: AbortSignal): Promise<void> {
    const { timers, log } = this.#parts;
    await timers.sleep(withinMs, hasEnded);
    if (!hasEnded.aborted) log.write('node.left-unfinished', { what, withinMs });
  }
}
