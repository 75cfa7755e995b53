import type { KeyRange, Table, TableEntry } from '../../../../src/store/embedded/table.js';

/** A table in memory, ordered as the engine's are. */
export class MemoryTable implements Table {
  #entries: TableEntry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#entries.find((entry) => Buffer.compare(entry.key, key) === 0)?.value;
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.remove(key);
    this.#entries.push({ key, value });
    this.#entries.sort((a, b) => Buffer.compare(a.key, b.key));
  }

  remove(key: Uint8Array): void {
    this.#entries = this.#entries.filter((entry) => Buffer.compare(entry.key, key) !== 0);
  }

  entries({ start, end }: KeyRange, limit: number): readonly TableEntry[] {
    const isInside = ({ key }: TableEntry): boolean =>
      Buffer.compare(key, start) >= 0 && Buffer.compare(key, end) < 0;
    return this.#entries.filter(isInside).slice(0, limit);
  }

  keys(range: KeyRange, limit: number): readonly Uint8Array[] {
    return this.entries(range, limit).map(({ key }) => key);
  }
}
