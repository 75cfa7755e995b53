// A moment on both clocks of a machine. When they have gone different ways since, the machine slept or somebody set its
// time, and what was concluded from the monotonic clock alone may be wrong.
import type { Clock } from '../base/clock.js';
import { CLOCKS_APART_MS } from './bounds.js';

export class Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;

  constructor(clock: Clock) {
    this.monotonicMs = clock.monotonicMs();
    this.wallMs = clock.wallMs();
  }

  agesOn(clock: Clock): { readonly ageMs: number; readonly isSure: boolean } {
    const ageMs = clock.monotonicMs() - this.monotonicMs;
    const driftMs = Math.abs(clock.wallMs() - this.wallMs - ageMs);
    return { ageMs, isSure: driftMs < CLOCKS_APART_MS };
  }
}
