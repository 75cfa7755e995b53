// A binary heap: the entry with the lowest key comes first. A million entries take eight megabytes, and one that comes in
// order costs a comparison.

export class Heap<Entry> {
  readonly #keyOf: (entry: Entry) => number;
  #entries: Entry[] = [];

  constructor(keyOf: (entry: Entry) => number) {
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#entries.length;
  }

  get first(): Entry | undefined {
    return this.#entries[0];
  }

  push(entry: Entry): void {
    const entries = this.#entries;
    const key = this.#keyOf(entry);
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = entries[above];
      if (parent === undefined || this.#keyOf(parent) <= key) break;
      entries[at] = parent;
      at = above;
    }
    entries[at] = entry;
  }

  pop(): Entry | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (last !== undefined && entries.length > 0) this.#sink(last);
    return first;
  }

  /** Forgets all but those. */
  keepOnly(isKept: (entry: Entry) => boolean): void {
    const kept = this.#entries.filter(isKept);
    if (kept.length === this.#entries.length) return;
    this.#entries = [];
    for (const entry of kept) this.push(entry);
  }

  /** In no order. */
  [Symbol.iterator](): Iterator<Entry> {
    return this.#entries[Symbol.iterator]();
  }

  /** From the top down to where it belongs. */
  #sink(entry: Entry): void {
    const entries = this.#entries;
    const key = this.#keyOf(entry);
    let at = 0;
    for (;;) {
      const below = this.#lowerChild(at);
      const child = entries[below];
      if (child === undefined || this.#keyOf(child) >= key) break;
      entries[at] = child;
      at = below;
    }
    entries[at] = entry;
  }

  #lowerChild(at: number): number {
    const left = 2 * at + 1;
    const [one, other] = [this.#entries[left], this.#entries[left + 1]];
    if (one === undefined || other === undefined) return left;
    return this.#keyOf(other) < this.#keyOf(one) ? left + 1 : left;
  }
}
