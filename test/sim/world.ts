// The world of the simulation: its time, its chance and its history. Everything that happens is an event at a moment; what
// a promise can do without time passing is done before the next event. The same seed gives the same world again.
import { Heap } from '../../src/queue/heap.js';
import { randoms } from '../randoms.js';

interface Event {
  readonly atMs: number;
  readonly action: () => void;
}

export class World {
  readonly #numbers: Generator<number>;
  readonly #events = new Heap<Event>(({ atMs }) => atMs);
  readonly #history: string[] | undefined;
  readonly wrongs: string[] = [];
  #nowMs = 0;

  constructor(seed: number, { isTold }: { readonly isTold: boolean }) {
    this.#numbers = randoms(seed);
    this.#history = isTold ? [] : undefined;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get history(): readonly string[] {
    return this.#history ?? [];
  }

  at(atMs: number, action: () => void): void {
    this.#events.push({ atMs: Math.max(atMs, this.#nowMs), action });
  }

  in(ms: number, action: () => void): void {
    this.at(this.#nowMs + ms, action);
  }

  /** In [0, 1). */
  fraction(): number {
    const next = this.#numbers.next();
    return next.done === true ? 0 : next.value; // they never end
  }

  between(least: number, most: number): number {
    return least + this.fraction() * (most - least);
  }

  happens(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(things: readonly T[]): T {
    const thing = things[Math.floor(this.fraction() * things.length)];
    if (thing === undefined) throw new Error('nothing to pick from');
    return thing;
  }

  /** A line of the history; made only when somebody will read it. */
  tell(line: () => string): void {
    this.#history?.push(`${(this.#nowMs / 1000).toFixed(4).padStart(9)}  ${line()}`);
  }

  /** What must never happen has. */
  wrong(what: string): void {
    this.wrongs.push(`at ${(this.#nowMs / 1000).toFixed(4)} s: ${what}`);
    this.tell(() => `WRONG: ${what}`);
  }

  /** Until nothing is left to happen before then, or the end has come. */
  async runUntil(untilMs: number, isOver: () => boolean = () => false): Promise<void> {
    for (;;) {
      await settled();
      const next = this.#events.first;
      if (next === undefined || next.atMs > untilMs || isOver()) break;
      this.#events.pop();
      this.#nowMs = next.atMs;
      next.action();
    }
    if (!isOver()) this.#nowMs = Math.max(this.#nowMs, untilMs);
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
