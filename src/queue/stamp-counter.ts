// The stamps of one lease: its epoch, and a number for each mutation. Who repeats a mutation keeps its stamp.
import type { Lease, Stamp } from '../store/types.js';

export class StampCounter {
  readonly #epoch: number;
  #next = 0;

  constructor({ epoch }: Lease) {
    this.#epoch = epoch;
  }

  next(): Stamp {
    const n = this.#next;
    this.#next += 1;
    return { epoch: this.#epoch, n };
  }
}
