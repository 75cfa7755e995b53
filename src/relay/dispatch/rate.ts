// A rate as a bucket of tokens: one is taken for each start, they come back steadily, and a tenth of a second's worth
// (one at least) may be saved up, so that a slow timer does not slow the whole.
const SAVED_SECONDS = 0.1;

export class Rate {
  #tokens = 1;
  #filledAtMs: number;

  constructor(nowMs: number) {
    this.#filledAtMs = nowMs;
  }

  /** How long until one may start; 0: now. */
  waitMs(perSecond: number, nowMs: number): number {
    if (!Number.isFinite(perSecond)) {
      this.#tokens = 1; // whatever was taken: a limit set later begins anew
      this.#filledAtMs = nowMs;
      return 0;
    }
    const most = Math.max(1, perSecond * SAVED_SECONDS);
    this.#tokens = Math.min(most, this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * perSecond);
    this.#filledAtMs = nowMs;
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / perSecond) * 1000);
  }

  /** After `waitMs` said 0. */
  take(): void {
    this.#tokens -= 1;
  }
}
