// One sweep over all large bodies of the ring: those over a day old that nobody holds are removed. It begins at a random
// token and goes round, so that what one day's sweep had no time for is not what the next one leaves out too; what cannot
// be asked or removed now is passed over and counted.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import { Lru } from '../../base/lru.js';
import type { Random } from '../../base/random.js';
import { sideBySide } from '../../base/side-by-side.js';
import { timeOfIdMs, type TimeUuid } from '../../base/time-uuid.js';
import type { SweepReport } from '../api/bodies.js';
import { FUTURE_ID_MS, OLDEST_ID_MS } from '../types.js';
import type { BodyChunks, Segment } from './body-chunks.js';
import type { BodyHolders } from './body-holders.js';
import type { TrustedClock } from './clock-guard.js';
import { tokenRangesFrom } from './token-ranges.js';
import { removalMicros } from './write-stamps.js';

export interface BodySweepParts {
  readonly chunks: Pick<BodyChunks, 'segmentsIn' | 'dropSegment'>;
  readonly holders: Pick<BodyHolders, 'isHeld'>;
  readonly trustedClock: TrustedClock;
  readonly random: Random;
}

const SEGMENTS_AT_ONCE = 8;
/** Nobody may hold a body over a day old for the first time; two clocks may differ a little about that. */
const SWEPT_AFTER_MS = OLDEST_ID_MS + 2 * FUTURE_ID_MS;
/** A node that does not answer takes this long from one body's turn, not the hour from all of them. */
const STEP_MS = 10_000;
/** The segments of a body lie all over the ring; of so many bodies it is remembered what the holders said. */
const LOOKS_REMEMBERED = 50_000;

export class BodySweep {
  readonly #parts: BodySweepParts;
  readonly #budget: Budget;
  readonly #looks = new Lru<TimeUuid, Promise<boolean>>(LOOKS_REMEMBERED);
  readonly #removed = new Set<TimeUuid>();
  #skipped = 0;

  constructor(parts: BodySweepParts, budget: Budget) {
    this.#parts = parts;
    this.#budget = budget;
  }

  /** Once. Fails where it may not begin: no time, or a clock that is wrong. */
  async run(): Promise<SweepReport> {
    this.#budget.assertRemains('sweep message bodies');
    const beforeMs = this.#parts.trustedClock.nowMs() - SWEPT_AFTER_MS;
    await sideBySide(this.#segmentsBefore(beforeMs), SEGMENTS_AT_ONCE, (segment) =>
      this.#orSkip(() => this.#sweep(segment)),
    );
    return { removed: this.#removed.size, skipped: this.#skipped, isComplete: !this.#budget.isSpent() };
  }

  async *#segmentsBefore(beforeMs: number): AsyncGenerator<Segment, void, undefined> {
    const start = Buffer.from(this.#parts.random.bytes(8)).readBigInt64BE();
    for (const range of tokenRangesFrom(start)) {
      try {
        for await (const segment of this.#parts.chunks.segmentsIn(range, this.#budget)) {
          if (this.#budget.isSpent()) return;
          if (timeOfIdMs(segment.body) < beforeMs) yield segment;
        }
      } catch (error) {
        this.#skip(error);
      }
      if (this.#budget.isSpent()) return;
    }
  }

  async #sweep(segment: Segment): Promise<void> {
    const { chunks, trustedClock } = this.#parts;
    const nowMs = trustedClock.nowMs();
    if (await this.#isHeld(segment.body)) return;
    await chunks.dropSegment(segment, removalMicros(segment.body, nowMs), this.#budget.atMost(STEP_MS));
    this.#removed.add(segment.body);
  }

  /** Asked once per body, whatever comes of it: over a day old, it gets no new holders. */
  #isHeld(body: TimeUuid): Promise<boolean> {
    const before = this.#looks.get(body);
    if (before !== undefined) return before;
    const look = this.#parts.holders.isHeld(body, this.#budget.atMost(STEP_MS));
    this.#looks.set(body, look);
    return look;
  }

  async #orSkip(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#skip(error);
    }
  }

  #skip(error: unknown): void {
    if (!(error instanceof Failure)) throw error;
    this.#skipped += 1;
  }
}
