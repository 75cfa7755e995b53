import { describe, expect, it } from '@jest/globals';
import { SparingLog } from '../../../src/net/sparing-log.js';
import { RecordedLog } from '../../recorded-log.js';
import { VirtualTime } from '../../virtual-time.js';

describe('a sparing log', () => {
  it('writes five lines of an event in ten seconds, and says later how many it left out', async () => {
    const time = new VirtualTime();
    const log = new RecordedLog();
    const sparing = new SparingLog(log, time);
    for (let client = 0; client < 20; client += 1) sparing.write('client.refused', { client });
    expect(log.lines.map(({ client }) => client)).toEqual([0, 1, 2, 3, 4]);
    sparing.write('client.handshake-failed', {});
    expect(log.lines).toHaveLength(6);
    await time.advance(10_000);
    sparing.write('client.refused', { client: 20 });
    sparing.write('client.refused', { client: 21 });
    expect(log.lines.slice(6)).toEqual([
      { event: 'client.refused', client: 20, unsaid: 15 },
      { event: 'client.refused', client: 21 },
    ]);
    await time.advance(10_000);
    sparing.write('client.refused', { client: 22 });
    expect(log.lines.at(-1)).toEqual({ event: 'client.refused', client: 22 });
  });
});
