// A large message on its way from its sender into the store, chunk by chunk: a few pieces wait between the two, so the
// slower one sets the pace. The store is given its own time for each piece, the sender takes his. Whatever goes wrong on
// either side leaves no body behind.
import { BoundedQueue } from '../base/bounded-queue.js';
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import type { TimeUuid } from '../base/time-uuid.js';
import { waitWithin } from '../base/wait-within.js';
import type { BodyStore } from '../store/api/bodies.js';
import type { LargeBody } from '../store/types.js';

export interface BodyWritingParts {
  readonly bodies: Pick<BodyStore, 'write'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** A body must be held within a day of its id, and its sender may take his time: half of that for him. */
export const LONGEST_CONTENT_MS = 12 * 60 * 60 * 1000;
/** Of up to 64 KiB each. */
const PIECES_WAITING = 2;
/** For the store to take one piece: its slowest statement, repeated, takes less. */
const STALL_MS = 60_000;
/** For the store to take back what it wrote, after which nobody waits for that any more. */
const TAKE_BACK_MS = 10_000;

export class BodyWriting {
  readonly #parts: BodyWritingParts;
  readonly #pieces = new BoundedQueue<Uint8Array>(PIECES_WAITING);
  readonly #written: Promise<LargeBody>;

  constructor(id: TimeUuid, parts: BodyWritingParts) {
    this.#parts = parts;
    const budget = Budget.of(parts.clock, LONGEST_CONTENT_MS);
    this.#written = parts.bodies.write(id, this.#pieces, budget);
    this.#written.catch((error: unknown) => this.#pieces.fail(error)); // wakes whoever waits for room
  }

  /** Fails as the store failed, or with *deadline-passed* where it doesn't move. */
  async add(piece: Uint8Array): Promise<void> {
    const { clock, timers } = this.#parts;
    const adding = this.#pieces.push(piece);
    await waitWithin(Budget.of(clock, STALL_MS), timers, adding, 'the store to take more of a message');
    if (await adding) return;
    await this.#written;
    throw new Error('the store ended a body that had not ended');
  }

  /** All that comes, one piece after the other. */
  async addAll(pieces: AsyncIterator<Uint8Array>): Promise<void> {
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next())
      await this.add(next.value);
  }

  /** The body, when all of it is durable; *deadline-passed* when that takes longer: then see `late`. */
  async end(budget: Budget): Promise<LargeBody> {
    this.#pieces.end();
    await waitWithin(budget, this.#parts.timers, this.#written, 'the store to have all of a message');
    return this.#written;
  }

  /** Nothing shall come of it. Waits a while for the store to take back what it has. */
  async abandon(): Promise<void> {
    const { clock, timers } = this.#parts;
    this.#pieces.fail(new Failure('body-interrupted', 'the message was given up'));
    const budget = Budget.of(clock, TAKE_BACK_MS);
    await waitWithin(budget, timers, this.#written, 'a body to be taken back').catch(() => undefined);
  }

  /** What became of it in the end, where `end` had no time left to wait for it. */
  async late(budget: Budget): Promise<LargeBody | undefined> {
    await waitWithin(budget, this.#parts.timers, this.#written, 'a body that nobody wants any more');
    return this.#written.catch(() => undefined);
  }
}
