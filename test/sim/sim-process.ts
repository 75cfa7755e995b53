// A process of the simulated world: its clocks, its timers, and whether it runs. One that is paused does nothing, and all
// that was due comes at once when it goes on; one that is dead does nothing ever. While its machine sleeps, its monotonic
// clock stands still too, as Linux has it, and its wall clock does not.
import type { Cancel, Clock, Timers } from '../../src/base/clock.js';
import type { World } from './world.js';

const EPOCH_MS = Date.UTC(2026, 0, 1);
/** Quartz is better than that. */
const WORST_RATE = 0.0005;

export class SimProcess implements Clock, Timers {
  readonly name: string;
  readonly #world: World;
  readonly #rate: number;
  readonly #startedAtMs: number;
  #wallOffsetMs: number;
  #sleptMs = 0;
  #state: 'running' | 'paused' | 'asleep' | 'dead' = 'running';
  #stoppedAtMs = 0;
  #held: (() => void)[] = [];

  constructor(name: string, world: World) {
    this.name = name;
    this.#world = world;
    this.#rate = 1 + world.between(-WORST_RATE, WORST_RATE);
    this.#startedAtMs = world.nowMs;
    this.#wallOffsetMs = EPOCH_MS + world.between(-200, 200);
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  monotonicMs(): number {
    const sleeping = this.#state === 'asleep' ? this.#world.nowMs - this.#stoppedAtMs : 0;
    return (this.#world.nowMs - this.#startedAtMs - this.#sleptMs - sleeping) * this.#rate;
  }

  wallMs(): number {
    return this.#wallOffsetMs + this.#world.nowMs;
  }

  jumpWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  after(ms: number, action: () => void): Cancel {
    const dueMs = this.monotonicMs() + Math.max(0, ms);
    let isCancelled = false;
    const ring = (): void => {
      if (isCancelled) return;
      const leftMs = (dueMs - this.monotonicMs()) / this.#rate;
      if (leftMs > 1e-6) this.#world.in(leftMs, () => this.run(ring));
      else action();
    };
    this.#world.in(Math.max(0, ms) / this.#rate, () => this.run(ring));
    return () => {
      isCancelled = true;
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.after(ms, resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }

  /** Something reaches the process: a timer, a reply, a client. */
  run(action: () => void): void {
    if (this.#state === 'running') action();
    else if (this.#state !== 'dead') this.#held.push(action);
  }

  stop(how: 'paused' | 'asleep'): void {
    if (this.#state !== 'running') return;
    this.#state = how;
    this.#stoppedAtMs = this.#world.nowMs;
  }

  goOn(): void {
    if (this.#state !== 'paused' && this.#state !== 'asleep') return;
    if (this.#state === 'asleep') this.#sleptMs += this.#world.nowMs - this.#stoppedAtMs;
    this.#state = 'running';
    // One after the other, since promises go on in between; it may be stopped again meanwhile.
    for (const action of this.#held.splice(0))
      this.#world.in(this.#world.between(0, 2), () => this.run(action));
  }

  die(): void {
    this.#state = 'dead';
    this.#held = [];
  }
}
