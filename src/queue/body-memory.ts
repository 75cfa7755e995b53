// Small bodies on their way from acceptance to their first attempt, so that a queue that flows reads none of them back
// from the store. Bounded in octets: when it is full, what nobody came for in a minute makes room, and what finds none
// is read from the store when its turn comes.
import type { Clock } from '../base/clock.js';
import { BODY_KEPT_MS } from './bounds.js';
import type { QueuedItem } from './queued-item.js';

interface KeptBody {
  readonly bytes: Uint8Array;
  readonly sinceMs: number;
}

export class BodyMemory {
  readonly #clock: Clock;
  readonly #mostBytes: number;
  readonly #kept = new Map<QueuedItem, KeptBody>(); // oldest first
  #bytes = 0;

  constructor(clock: Clock, mostBytes: number) {
    this.#clock = clock;
    this.#mostBytes = mostBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  keep(item: QueuedItem, bytes: Uint8Array): void {
    const nowMs = this.#clock.monotonicMs();
    this.#makeRoom(bytes.length, nowMs);
    if (this.#bytes + bytes.length > this.#mostBytes) return;
    this.#kept.set(item, { bytes, sinceMs: nowMs });
    this.#bytes += bytes.length;
  }

  get(item: QueuedItem): Uint8Array | undefined {
    return this.#kept.get(item)?.bytes;
  }

  drop(item: QueuedItem): void {
    const body = this.#kept.get(item);
    if (body === undefined) return;
    this.#kept.delete(item);
    this.#bytes -= body.bytes.length;
  }

  #makeRoom(bytes: number, nowMs: number): void {
    for (const [item, { sinceMs }] of this.#kept) {
      if (this.#bytes + bytes <= this.#mostBytes || nowMs - sinceMs < BODY_KEPT_MS) return;
      this.drop(item);
    }
  }
}
