// A slice as its owner knows it: how much was put in, and how much of that is still needed. Items whose write is under
// way, and those that are done while the store does not know it yet, count as live: only a slice without any is dropped.
import type { Slice } from '../store/types.js';
import { SLICE_BYTES, SLICE_HALF, SLICE_ITEMS, SLICE_LASTS_MS } from './bounds.js';

export class LiveSlice {
  readonly name: Slice;
  /** Nothing goes in any more. */
  isClosed = false;
  isBeingDropped = false;
  /** A damaged item is in it: it stays for somebody to look at. */
  mustStay = false;
  #live = 0;
  #items = 0;
  #bytes = 0;
  #firstUsedAtMs: number | undefined;

  constructor(name: Slice) {
    this.name = name;
  }

  get live(): number {
    return this.#live;
  }

  get isOver(): boolean {
    return this.isClosed && !this.mustStay && this.#live === 0;
  }

  takes(items: number, bytes: number, nowMs: number): boolean {
    if (this.isClosed || this.isOld(nowMs)) return false;
    if (this.#items === 0) return true; // whatever fits one write fits an empty slice
    return this.#items + items <= SLICE_ITEMS && this.#bytes + bytes <= SLICE_BYTES;
  }

  isOld(nowMs: number): boolean {
    return this.#firstUsedAtMs !== undefined && nowMs - this.#firstUsedAtMs >= SLICE_LASTS_MS;
  }

  isHalfOver(nowMs: number): boolean {
    const age = this.#firstUsedAtMs === undefined ? 0 : nowMs - this.#firstUsedAtMs;
    return (
      this.#items >= SLICE_ITEMS * SLICE_HALF ||
      this.#bytes >= SLICE_BYTES * SLICE_HALF ||
      age >= SLICE_LASTS_MS * SLICE_HALF
    );
  }

  put(items: number, bytes: number, nowMs: number): void {
    this.#firstUsedAtMs ??= nowMs;
    this.#items += items;
    this.#bytes += bytes;
    this.#live += items;
  }

  /** Found in it, by recovery. */
  found(items: number): void {
    this.#live += items;
  }

  /** Certainly not in it any more, or never were. */
  less(items: number): void {
    this.#live -= items;
  }
}
