// The messages of a mailbox as a session found them, numbered from 1, in typed arrays: some 30 octets each (46 in a
// mailbox with large messages), where an object each would take ten times that.
import type { TimeUuid } from '../base/time-uuid.js';
import type { MessageEntry } from '../store/types.js';
import { PackedIds } from './packed-ids.js';

/** What a session sees at most, the oldest: 46 MB. The others come into sight as these are removed. */
const MOST_MESSAGES = 1_000_000;

export class MailboxIndex {
  readonly #ids = new PackedIds();
  readonly #largeBodies = new PackedIds();
  #sizes = new Float64Array(0);
  /** A mailbox has few places, each for many messages. */
  #placeNumbers = new Uint32Array(0);
  readonly #places: string[] = [];
  readonly #numberOfPlace = new Map<string, number>();
  #count = 0;

  static async of(pages: AsyncIterable<readonly MessageEntry[]>): Promise<MailboxIndex> {
    const index = new MailboxIndex();
    for await (const page of pages) {
      index.#add(page);
      if (index.#count >= MOST_MESSAGES) break;
    }
    index.#resize(index.#count);
    return index;
  }

  get count(): number {
    return this.#count;
  }

  id(number: number): TimeUuid {
    return known(this.#ids.at(this.#at(number)));
  }

  sizeBytes(number: number): number {
    return known(this.#sizes[this.#at(number)]);
  }

  entry(number: number): MessageEntry {
    const at = this.#at(number);
    const largeBody = this.#largeBodies.at(at);
    const place = known(this.#places[known(this.#placeNumbers[at])]);
    const entry = { id: this.id(number), sizeBytes: this.sizeBytes(number), place };
    return largeBody === undefined ? entry : { ...entry, largeBody };
  }

  #add(page: readonly MessageEntry[]): void {
    const end = this.#count + page.length;
    if (end > this.#sizes.length) this.#resize(Math.max(end, 2 * this.#count));
    for (const { id, sizeBytes, largeBody, place } of page) {
      const at = this.#count++;
      this.#ids.put(at, id);
      this.#sizes[at] = sizeBytes;
      this.#placeNumbers[at] = this.#numberOf(place);
      if (largeBody !== undefined) this.#largeBodies.put(at, largeBody);
    }
  }

  #numberOf(place: string): number {
    const seen = this.#numberOfPlace.get(place);
    if (seen !== undefined) return seen;
    this.#numberOfPlace.set(place, this.#places.length);
    return this.#places.push(place) - 1;
  }

  #resize(count: number): void {
    const [sizes, placeNumbers] = [new Float64Array(count), new Uint32Array(count)];
    sizes.set(this.#sizes.subarray(0, count));
    placeNumbers.set(this.#placeNumbers.subarray(0, count));
    [this.#sizes, this.#placeNumbers] = [sizes, placeNumbers];
    this.#ids.resize(count);
  }

  #at(number: number): number {
    if (number >= 1 && number <= this.#count) return number - 1;
    throw new RangeError(`there is no message ${number} among ${this.#count}`);
  }
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('the index of a mailbox has a hole');
  return value;
}
