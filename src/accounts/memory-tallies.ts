// Tallies in this process's memory. A window slides in steps of a sixth: an entry is counted for its window and never
// forgotten before, at most a sixth longer. Names are bounded; where there are too many, the one that was not added to for
// longest goes. So somebody who wants a tally forgotten has to add to all others first, which the delays that tallies
// cause make slow.
import type { Clock } from '../base/clock.js';
import type { Tallies } from './tallies.js';

const STEPS = 6;
const MOST_NAMES = 100_000;

interface Tally {
  readonly windowMs: number;
  /** The number of the step that the last of `sums` belongs to. */
  step: number;
  /** The current step and as many before it as the window has: the oldest counts whole. */
  readonly sums: number[];
}

export interface MemoryTalliesParts {
  readonly clock: Clock;
  readonly mostNames?: number;
}

export class MemoryTallies implements Tallies {
  readonly #clock: Clock;
  readonly #mostNames: number;
  readonly #tallies = new Map<string, Tally>(); // in order of the last addition

  constructor({ clock, mostNames = MOST_NAMES }: MemoryTalliesParts) {
    this.#clock = clock;
    this.#mostNames = mostNames;
  }

  get size(): number {
    return this.#tallies.size;
  }

  async add(name: string, by: number, windowMs: number): Promise<number> {
    const known = this.#tallies.get(name);
    if (known === undefined && by === 0) return 0; // looking leaves nothing behind
    const tally = this.#current(known, windowMs);
    if (by !== 0) {
      tally.sums[STEPS] = (tally.sums[STEPS] ?? 0) + by;
      this.#keep(name, tally);
    }
    return Math.max(0, sumOf(tally.sums));
  }

  async forget(name: string): Promise<void> {
    this.#tallies.delete(name);
  }

  /** The tally as it stands now. One with another window (the setting was changed) begins with what was counted. */
  #current(known: Tally | undefined, windowMs: number): Tally {
    const step = this.#stepNow(windowMs);
    if (known === undefined) return { windowMs, step, sums: emptySums() };
    advance(known, this.#stepNow(known.windowMs));
    if (known.windowMs === windowMs) return known;
    const sums = emptySums();
    sums[STEPS] = sumOf(known.sums);
    return { windowMs, step, sums };
  }

  #keep(name: string, tally: Tally): void {
    this.#tallies.delete(name);
    this.#tallies.set(name, tally);
    for (const [oldest, { windowMs, step }] of this.#tallies) {
      const isFaded = this.#stepNow(windowMs) - step > STEPS;
      if (!isFaded && this.#tallies.size <= this.#mostNames) return;
      this.#tallies.delete(oldest);
    }
  }

  #stepNow(windowMs: number): number {
    return Math.floor((this.#clock.monotonicMs() * STEPS) / windowMs);
  }
}

function emptySums(): number[] {
  return Array.from({ length: STEPS + 1 }, () => 0);
}

function advance(tally: Tally, step: number): void {
  const passed = Math.min(step - tally.step, STEPS + 1);
  for (let times = 0; times < passed; times += 1) {
    tally.sums.shift();
    tally.sums.push(0);
  }
  tally.step = step;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
