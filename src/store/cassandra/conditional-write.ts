// Lightweight transactions that end in a decision. A conditional write whose answer did not come may have been applied:
// a read at SERIAL settles whether it was (it completes or buries what is under way, and leaves what it saw on a quorum,
// where plain QUORUM reads see it too). If the write stands, it is done; if the state it was decided on still stands, it
// is sent again; else somebody else was first. All of it inside the budget; past it the outcome stays *uncertain*.
//
// So whoever makes a write must be able to tell its own from anyone else's: each leaves a mark nobody else writes.
import type { Budget } from '../../base/budget.js';
import type { Timers } from '../../base/clock.js';
import { Failure, failureOf } from '../../base/failure.js';
import type { Random } from '../../base/random.js';
import type { ConditionalRequest, ReadRequest, Ring, Row, Verdict } from './ring.js';

/**
 * What a row tells of a conditional write: it is there; what it was to replace is still there; or neither. It needs no
 * more than the columns of the condition.
 */
export type Standing = 'ours' | 'before' | 'other';

export interface ConditionalWrite {
  readonly request: ConditionalRequest;
  /** Reads the columns that `judge` looks at. */
  readonly look: Omit<ReadRequest, 'consistency'>;
  judge(row: Row | undefined): Standing;
}

export type Outcome = 'applied' | 'conflict';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

export interface ConditionalWriterParts {
  readonly ring: Ring;
  readonly timers: Pick<Timers, 'sleep'>;
  readonly random: Random;
}

export class ConditionalWriter {
  readonly #ring: Ring;
  readonly #timers: Pick<Timers, 'sleep'>;
  readonly #random: Random;

  constructor({ ring, timers, random }: ConditionalWriterParts) {
    this.#ring = ring;
    this.#timers = timers;
    this.#random = random;
  }

  async write(write: ConditionalWrite, budget: Budget): Promise<Outcome> {
    const verdict = await this.#send(write, budget);
    if (verdict === undefined) return this.#settle(write, budget);
    return verdict.isApplied ? 'applied' : 'conflict';
  }

  /** After an uncertain answer: look, and send again while the old state stands. */
  async #settle(write: ConditionalWrite, budget: Budget): Promise<Outcome> {
    for (;;) {
      const standing = write.judge(await this.#look(write, budget));
      if (standing !== 'before') return outcomeOf(standing);
      await this.#pause(FIRST_PAUSE_MS); // contention is a reason for uncertainty; not all in step again
      const verdict = await this.#sendAgain(write, budget);
      if (verdict?.isApplied === true) return 'applied';
      // Not applied can be our own doing: the first request may have waited in a coordinator until after our look.
      if (verdict !== undefined) return outcomeOf(write.judge(verdict.found));
    }
  }

  /** Nothing when it may or may not have happened. */
  async #send(write: ConditionalWrite, budget: Budget): Promise<Verdict | undefined> {
    try {
      return await this.#ring.change(write.request, budget);
    } catch (error) {
      if (failureOf(error).kind === 'uncertain') return undefined;
      throw error;
    }
  }

  /** A refusal now says nothing of the request before it: that one stays uncertain. */
  async #sendAgain(write: ConditionalWrite, budget: Budget): Promise<Verdict | undefined> {
    try {
      return await this.#send(write, budget);
    } catch (error) {
      throw uncertain(write, failureOf(error));
    }
  }

  async #look(write: ConditionalWrite, budget: Budget): Promise<Row | undefined> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const [row] = await this.#ring.readSerial(write.look, budget);
        return row;
      } catch (error) {
        const failure = failureOf(error);
        if (budget.remainingMs() <= pauseMs) throw uncertain(write, failure);
        await this.#pause(pauseMs);
      }
    }
  }

  #pause(atMostMs: number): Promise<void> {
    return this.#timers.sleep(atMostMs * (0.5 + this.#random.fraction() / 2));
  }
}

function outcomeOf(standing: Standing): Outcome {
  return standing === 'ours' ? 'applied' : 'conflict';
}

function uncertain(write: ConditionalWrite, cause: Failure): Failure {
  return new Failure('store-cas-uncertain', `${write.request.name}: ${cause.message}`, { cause });
}
