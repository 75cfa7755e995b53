import { beforeEach, describe, expect, it } from '@jest/globals';
import { BoundedLog } from '../../../src/base/bounded-log.js';
import { MemoryLog } from '../../memory-log.js';
import { VirtualTime } from '../../virtual-time.js';

describe('a bounded log', () => {
  let time: VirtualTime;
  let lines: MemoryLog;
  let log: BoundedLog;

  beforeEach(() => {
    time = new VirtualTime();
    lines = new MemoryLog();
    log = new BoundedLog(lines, time, { lines: 2, perMs: 1000 });
  });

  it('writes so many lines in a while, and then says how many it left out', async () => {
    for (let n = 0; n < 5; n += 1) log.write('login.refused', { n });
    await time.advance(999);
    log.write('login.refused', { n: 5 });
    await time.advance(1);
    log.write('login.refused', { n: 6 });
    log.write('login.refused', { n: 7 });
    expect(lines.fields).toEqual([{ n: 0 }, { n: 1 }, { n: 6, linesLeftOut: 4 }, { n: 7 }]);
  });

  it('counts each event for itself', () => {
    for (let n = 0; n < 3; n += 1) log.write('login.refused', { n });
    log.write('login.slowed', { n: 3 });
    expect(lines.fields).toEqual([{ n: 0 }, { n: 1 }, { n: 3 }]);
  });

  it('counts the lines of logs made of it', () => {
    const more = log.with({ node: 'a' });
    more.write('login.refused');
    more.with({ port: 1 }).write('login.refused');
    more.write('login.refused');
    log.write('login.refused');
    expect(lines.fields).toEqual([{ node: 'a' }, { node: 'a', port: 1 }]);
  });
});
