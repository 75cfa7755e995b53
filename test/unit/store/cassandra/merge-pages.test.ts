import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../../../src/base/random.js';
import { TimeUuidSource, timeOfIdMs, type TimeUuid } from '../../../../src/base/time-uuid.js';
import { mergePages, type PagedList } from '../../../../src/store/cassandra/merge-pages.js';

interface Entry {
  readonly id: TimeUuid;
}

const START_MS = Date.UTC(2026, 0, 1);

/** One message per millisecond. */
function someEntries(count: number): Entry[] {
  let nowMs = START_MS;
  const ids = new TimeUuidSource({ wallMs: () => nowMs++, monotonicMs: () => 0 }, systemRandom);
  return Array.from({ length: count }, () => ({ id: ids.next() }));
}

class TestList implements PagedList<Entry> {
  readonly fromMs: number;
  readonly #entries: readonly Entry[];
  isOpened = false;
  isClosed = false;

  constructor(entries: readonly Entry[], fromMs = START_MS) {
    this.#entries = entries;
    this.fromMs = fromMs;
  }

  async *open(): AsyncGenerator<readonly Entry[]> {
    this.isOpened = true;
    try {
      for (let at = 0; at < this.#entries.length; at += 3) {
        yield await Promise.resolve(this.#entries.slice(at, at + 3));
      }
    } finally {
      this.isClosed = true;
    }
  }
}

async function merged(lists: readonly TestList[], pageSize = 4, ahead = 2): Promise<(readonly Entry[])[]> {
  const pages: (readonly Entry[])[] = [];
  for await (const page of mergePages(lists, { pageSize, ahead })) pages.push(page);
  return pages;
}

describe('mergePages', () => {
  it('gives nothing for no lists and for empty ones', async () => {
    expect(await merged([])).toEqual([]);
    expect(await merged([new TestList([]), new TestList([])])).toEqual([]);
  });

  it('puts lists that interleave into one order, in pages of the size asked for', async () => {
    const entries = someEntries(23);
    const lists = [0, 1, 2].map((list) => new TestList(entries.filter((_, at) => at % 3 === list)));
    const pages = await merged(lists);
    expect(pages.flat()).toEqual(entries);
    expect(pages.map((page) => page.length)).toEqual([4, 4, 4, 4, 4, 3]);
  });

  it('reads lists one after the other in order of their beginnings', async () => {
    const entries = someEntries(12);
    const cut = [0, 5, 6].map((from, at) => ({ from, to: [5, 6, 12][at] }));
    const lists = cut.map(({ from, to }) => new TestList(entries.slice(from, to), START_MS + from));
    expect((await merged(lists.toReversed())).flat()).toEqual(entries);
  });

  it('gives what is early in a list that begins late in its place', async () => {
    const entries = someEntries(9);
    const lists = [
      new TestList(entries.filter((_, at) => at !== 4)),
      new TestList(entries.slice(4, 5), START_MS + 4),
    ];
    expect((await merged(lists)).flat()).toEqual(entries);
  });

  it('opens only a few lists before they are needed, and closes what it opened when the reader leaves', async () => {
    const entries = someEntries(10);
    const lists = entries.map((entry) => new TestList([entry, entry], timeOfIdMs(entry.id)));
    for await (const page of mergePages(lists, { pageSize: 2, ahead: 3 })) {
      expect(page).toHaveLength(2);
      break;
    }
    expect(lists.filter((list) => list.isOpened).length).toBeLessThanOrEqual(5);
    expect(lists.every((list) => list.isOpened === list.isClosed)).toBe(true);
  });

  it('fails when a list does, in its turn', async () => {
    const [first, second] = someEntries(2);
    const broken = {
      fromMs: START_MS + 1,
      async *open(): AsyncGenerator<readonly Entry[]> {
        yield await Promise.reject(new Error('gone'));
      },
    };
    const lists: PagedList<Entry>[] = [new TestList([first, second].flatMap((entry) => entry ?? [])), broken];
    const seen: Entry[] = [];
    const readAll = async (): Promise<void> => {
      for await (const page of mergePages(lists, { pageSize: 1, ahead: 2 })) seen.push(...page);
    };
    await expect(readAll()).rejects.toThrow('gone');
    expect(seen).toEqual([first]);
  });
});
