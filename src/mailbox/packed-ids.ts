// Ids as the 16 octets that they are, one after the other: a tenth of what as many strings take. A place that was given
// none has none.
import type { TimeUuid } from '../base/time-uuid.js';

const ID_BYTES = 16;

export class PackedIds {
  #bytes = Buffer.alloc(0);

  at(index: number): TimeUuid | undefined {
    const from = index * ID_BYTES;
    const text = this.#bytes.toString('hex', from, from + ID_BYTES);
    if (text === '' || text[12] === '0') return undefined; // no UUID has version 0
    const parts = [
      text.slice(0, 8),
      text.slice(8, 12),
      text.slice(12, 16),
      text.slice(16, 20),
      text.slice(20),
    ];
    return parts.join('-') as TimeUuid; // what was put here
  }

  put(index: number, id: TimeUuid): void {
    const from = index * ID_BYTES;
    if (from + ID_BYTES > this.#bytes.length) this.resize(Math.max(index + 1, 2 * index));
    this.#bytes.write(id.replaceAll('-', ''), from, 'hex');
  }

  /** Room for so many: beforehand, or to give back what is too much. */
  resize(count: number): void {
    const bytes = Buffer.alloc(count * ID_BYTES);
    this.#bytes.copy(bytes);
    this.#bytes = bytes;
  }
}
