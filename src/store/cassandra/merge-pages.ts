// Many lists of messages, each in ascending order of id, read as one. A list says from which time on it has something:
// it is opened when the merge comes near that time, so that of a mailbox with a thousand partitions only those that
// overlap are in memory, and the next few are fetched ahead.
import { compareTimeUuids, timeOfIdMs, type TimeUuid } from '../../base/time-uuid.js';

interface Identified {
  readonly id: TimeUuid;
}

export interface PagedList<Entry> {
  /** No id in it is older. */
  readonly fromMs: number;
  open(): AsyncIterable<readonly Entry[]>;
}

export interface MergeOptions {
  /** Of the pages given out. */
  readonly pageSize: number;
  /** How many lists beyond those in use are opened before they are needed. */
  readonly ahead: number;
}

/** Fails as soon as one of the lists does. */
export async function* mergePages<Entry extends Identified>(
  lists: readonly PagedList<Entry>[],
  options: MergeOptions,
): AsyncGenerator<readonly Entry[], void, undefined> {
  const waiting = lists.toSorted((a, b) => b.fromMs - a.fromMs).map((list) => new Reader(list));
  const reading: Reader<Entry>[] = [];
  let page: Entry[] = [];
  try {
    for (;;) {
      for (const reader of waiting.slice(-options.ahead)) reader.start();
      const first = earliest(reading);
      const next = waiting.at(-1);
      if (next !== undefined && (first === undefined || isDue(next, first))) {
        waiting.pop();
        if (await next.advance()) reading.push(next);
        continue;
      }
      if (first === undefined) break;
      const isMoreHere = takeRun(first, { reading, next }, page, options.pageSize);
      if (!isMoreHere && !(await first.advance())) reading.splice(reading.indexOf(first), 1);
      if (page.length < options.pageSize) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  } finally {
    await Promise.all([...reading, ...waiting].map((reader) => reader.close()));
  }
}

interface Rivals<Entry extends Identified> {
  readonly reading: readonly Reader<Entry>[];
  /** The one to be opened next. */
  readonly next: Reader<Entry> | undefined;
}

/** Takes entries as long as they are the earliest of all. False when the page they came from is used up. */
function takeRun<Entry extends Identified>(
  first: Reader<Entry>,
  { reading, next }: Rivals<Entry>,
  page: Entry[],
  pageSize: number,
): boolean {
  for (;;) {
    page.push(first.head);
    if (!first.step()) return false;
    if (page.length === pageSize) return true;
    if (next !== undefined && isDue(next, first)) return true;
    if (reading.length > 1 && earliest(reading) !== first) return true;
  }
}

/** What `next` holds may come before the head of `first`. */
function isDue<Entry extends Identified>(next: Reader<Entry>, first: Reader<Entry>): boolean {
  return next.fromMs <= timeOfIdMs(first.head.id);
}

function earliest<Entry extends Identified>(readers: readonly Reader<Entry>[]): Reader<Entry> | undefined {
  let first = readers[0];
  for (let at = 1; at < readers.length; at += 1) {
    const other = readers[at];
    if (first === undefined || (other !== undefined && compareTimeUuids(other.head.id, first.head.id) < 0))
      first = other;
  }
  return first;
}

/** One list: the page in use, the entry at its head, the next page on its way. */
class Reader<Entry> {
  readonly fromMs: number;
  readonly #list: PagedList<Entry>;
  #pages: AsyncIterator<readonly Entry[]> | undefined;
  #coming: Promise<IteratorResult<readonly Entry[], unknown>> | undefined;
  #page: readonly Entry[] = [];
  #at = 0;

  constructor(list: PagedList<Entry>) {
    this.#list = list;
    this.fromMs = list.fromMs;
  }

  /** Asks for the first page, once. */
  start(): void {
    if (this.#pages !== undefined) return;
    this.#pages = this.#list.open()[Symbol.asyncIterator]();
    this.#coming = this.#pages.next();
    this.#coming.catch(() => undefined); // met by whoever advances; until then nobody is waiting for it
  }

  get head(): Entry {
    const entry = this.#page[this.#at];
    if (entry === undefined) throw new RangeError('a list was read past its end');
    return entry;
  }

  /** To the next entry of this page; false when it was the last. */
  step(): boolean {
    this.#at += 1;
    return this.#at < this.#page.length;
  }

  /** To the next page that holds something; false when there is none. */
  async advance(): Promise<boolean> {
    this.start();
    this.#at = 0;
    for (;;) {
      const result = await (this.#coming ?? this.#pages?.next());
      this.#coming = undefined;
      if (result === undefined || result.done === true) return false;
      this.#page = result.value;
      if (this.#page.length > 0) return true;
    }
  }

  async close(): Promise<void> {
    await this.#pages?.return?.();
  }
}
