import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../../../src/base/random.js';
import { TimeUuidSource } from '../../../../src/base/time-uuid.js';
import { messageKey } from '../../../../src/store/embedded/keys.js';
import { isTombstone, Tombstones } from '../../../../src/store/embedded/tombstones.js';
import { OLDEST_ID_MS } from '../../../../src/store/types.js';
import { VirtualTime } from '../../../virtual-time.js';
import { MemoryTable } from './memory-table.js';

describe('the mark of a removed message', () => {
  const mailbox = Buffer.from('a@b.c\0inbox\0');

  it('stays for as long as a retry of its delivery could come, and is swept by later removals', () => {
    const time = new VirtualTime();
    const ids = new TimeUuidSource(time, systemRandom);
    const [rows, byAge] = [new MemoryTable(), new MemoryTable()];
    const tombstones = new Tombstones({ rows, byAge }, time);
    const remove = (): Uint8Array => {
      const id = ids.next();
      tombstones.put(mailbox, id);
      tombstones.sweep(1);
      return messageKey(mailbox, id);
    };
    const early = Array.from({ length: 10 }, remove);
    time.setWall(time.wallMs() + OLDEST_ID_MS + 60_000);
    remove();
    for (const key of early) expect(isTombstone(rows.get(key) ?? Buffer.alloc(2))).toBe(true);
    time.setWall(time.wallMs() + OLDEST_ID_MS);
    for (let n = 0; n < 10; n += 1) remove();
    for (const key of early) expect(rows.has(key)).toBe(false);
    expect([rows.size, byAge.size]).toEqual([11, 11]);
  });

  it('of a message too old to be delivered again is not made: the row just goes', () => {
    const time = new VirtualTime();
    const id = new TimeUuidSource(time, systemRandom).next();
    const [rows, byAge] = [new MemoryTable(), new MemoryTable()];
    rows.put(messageKey(mailbox, id), Buffer.alloc(7));
    time.setWall(time.wallMs() + 3 * OLDEST_ID_MS);
    new Tombstones({ rows, byAge }, time).put(mailbox, id);
    expect([rows.size, byAge.size]).toEqual([0, 0]);
  });
});
