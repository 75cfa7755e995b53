import { describe, expect, it } from '@jest/globals';
import type { TimeUuid } from '../../../../src/base/time-uuid.js';
import { removalPages } from '../../../../src/store/embedded/removal-pages.js';
import type { MessageEntry } from '../../../../src/store/types.js';

const id = '6ba7b810-9dad-11d1-80b4-00c04fd430c8' as TimeUuid;
const small: MessageEntry = { id, sizeBytes: 10_000, place: '' };

function large(mebibytes: number): MessageEntry {
  return { ...small, sizeBytes: mebibytes * 2 ** 20, largeBody: id };
}

function sizesOf(entries: readonly MessageEntry[]): number[] {
  return [...removalPages(entries)].map((page) => page.length);
}

describe('a removal', () => {
  it('of many small messages takes hundreds in one transaction', () => {
    expect(sizesOf(Array.from({ length: 1_200 }, () => small))).toEqual([500, 500, 200]);
    expect(sizesOf([])).toEqual([]);
  });

  it('of 500 messages of 50 MiB does not hold up the other writers with 200,000 keys at once', () => {
    expect(sizesOf(Array.from({ length: 500 }, () => large(50)))).toEqual(Array(500).fill(1));
    expect(sizesOf([small, large(10), large(10), large(200), small])).toEqual([3, 1, 1]);
  });
});
