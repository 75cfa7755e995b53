import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../../../src/base/random.js';
import { TimeUuidSource, timeOfIdMicros } from '../../../../src/base/time-uuid.js';
import { removalMicros, WriteStamps } from '../../../../src/store/cassandra/write-stamps.js';

const NOW_MS = Date.UTC(2026, 5, 1);
const id = new TimeUuidSource({ wallMs: () => NOW_MS, monotonicMs: () => 0 }, systemRandom).next();

describe('WriteStamps', () => {
  it('writes with the time of the id, again and again', () => {
    const stamps = new WriteStamps();
    expect(stamps.writeMicros(id)).toBe(timeOfIdMicros(id));
    expect(stamps.writeMicros(id)).toBe(timeOfIdMicros(id));
  });

  it('lets an undoing win over the write, and the next try over the undoing', () => {
    const stamps = new WriteStamps();
    const first = stamps.writeMicros(id);
    const undone = stamps.undoMicros(id);
    const second = stamps.writeMicros(id);
    expect(undone).toBeGreaterThan(first);
    expect(second).toBeGreaterThan(undone);
    expect(stamps.undoMicros(id)).toBeGreaterThan(second);
  });
});

describe('removalMicros', () => {
  it('is now', () => {
    expect(removalMicros(id, NOW_MS + 5_000)).toBe((NOW_MS + 5_000) * 1000);
  });

  it('wins over every try of the write even where the clock of the remover is behind', () => {
    const stamps = new WriteStamps();
    for (let tries = 0; tries < 1000; tries += 1) stamps.undoMicros(id);
    expect(removalMicros(id, NOW_MS - 60_000)).toBeGreaterThan(stamps.writeMicros(id));
  });
});
