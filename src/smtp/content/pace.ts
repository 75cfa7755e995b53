// How fast a message comes. Who sends slower than allowed, on average, once a minute has passed, holds a place that
// others need; the time in which we ourselves were not ready for more does not count.

const GRACE_MS = 60_000;

export class Pace {
  readonly #startedAtMs: number;
  #octets = 0;
  #stalledMs = 0;

  constructor(nowMs: number) {
    this.#startedAtMs = nowMs;
  }

  count(octets: number): void {
    this.#octets += octets;
  }

  stalled(ms: number): void {
    this.#stalledMs += ms;
  }

  isTooSlow(nowMs: number, octetsPerSecond: number): boolean {
    const elapsedMs = nowMs - this.#startedAtMs - this.#stalledMs;
    return elapsedMs > GRACE_MS && this.#octets < (octetsPerSecond * elapsedMs) / 1000;
  }
}
