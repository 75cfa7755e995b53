import { describe, expect, it } from '@jest/globals';
import {
  contradictions,
  parseHeap,
  parseWish,
  settingsFor,
  type StartWish,
} from '../../../../src/lab/ring/ring-options.js';
import type { RingRecord } from '../../../../src/lab/ring/ring-record.js';

function typed(options: Readonly<Record<string, string>>): ReturnType<typeof parseWish> {
  return parseWish({ option: (name) => options[name] });
}

function wishOf(options: Readonly<Record<string, string>>): StartWish {
  const parsed = typed(options);
  if (parsed.isValid) return parsed.wish;
  throw new Error(parsed.problems.join('\n'));
}

describe('what cassmail ring start is told', () => {
  it('is a ring of three nodes at 127.0.0.1:9042 where nothing is said', () => {
    const { settings, nodes } = settingsFor(wishOf({}));
    expect(nodes).toBe(3);
    expect(settings).toMatchObject({
      firstAddress: '127.0.0.1',
      nativePort: 9042,
      storagePort: 7000,
      heapMiB: 384,
      commitlog: 'group',
    });
  });

  it('is taken as it was typed', () => {
    const wish = wishOf({
      nodes: '2',
      heap: '1g',
      commitlog: 'periodic',
      port: '19042',
      address: '127.0.1.1',
    });
    expect(settingsFor(wish)).toMatchObject({
      nodes: 2,
      settings: { heapMiB: 1024, commitlog: 'periodic', nativePort: 19042, firstAddress: '127.0.1.1' },
    });
  });

  it('is wrong in all the places where it is wrong', () => {
    const parsed = typed({ nodes: '0', heap: '12', commitlog: 'never', port: '70000', address: 'here' });
    expect(parsed).toMatchObject({
      isValid: false,
      problems: [
        expect.stringContaining('--nodes 0: must be a number from 1 to 16'),
        expect.stringContaining('--heap 12: must be a size'),
        expect.stringContaining('--commitlog never: must be one of group, periodic, batch'),
        expect.stringContaining('--port 70000: must be a port'),
        expect.stringContaining('--address here: must be an IPv4 address'),
      ],
    });
  });

  it('may not contradict a ring that exists; what is left unsaid does not', () => {
    const { settings } = settingsFor(wishOf({}));
    const record: RingRecord = { format: 1, settings, isFormed: true, nodes: [] };
    expect(contradictions(record, wishOf({ heap: '384m' }))).toEqual([]);
    expect(contradictions(record, wishOf({ nodes: '3', port: '9042', commitlog: 'batch' }))).toEqual([
      '--nodes would be 3 and is 0',
      '--commitlog would be batch and is group',
    ]);
  });
});

describe('a heap size', () => {
  it.each([
    ['384m', 384],
    ['2g', 2048],
    ['1G', 1024],
    ['255m', undefined],
    ['1.5g', undefined],
    ['1024', undefined],
    ['', undefined],
  ])('%p is %p MiB', (text, mebibytes) => {
    expect(parseHeap(text)).toBe(mebibytes);
  });
});
