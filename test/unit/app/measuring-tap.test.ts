import { describe, expect, it } from '@jest/globals';
import { MeasuringTap } from '../../../src/app/measuring-tap.js';
import { Failure } from '../../../src/base/failure.js';
import { Metrics } from '../../../src/base/metrics.js';
import { VirtualTime } from '../../virtual-time.js';

describe('the measuring tap', () => {
  it('counts statements by name and outcome, with the time they took', async () => {
    const metrics = new Metrics();
    const time = new VirtualTime();
    const tap = new MeasuringTap(time, metrics);
    const slow = tap.around('mailboxes.deliver', () => time.sleep(1500).then(() => 'stored'));
    await time.advance(1500);
    expect(await slow).toBe('stored');
    const failing = tap.around('mailboxes.deliver', async () => {
      throw new Failure('store-full', 'no room');
    });
    await expect(failing).rejects.toThrow('no room');
    const text = await metrics.exposition();
    expect(text).toContain(
      'cassmail_store_statement_seconds_sum{statement="mailboxes.deliver",outcome="ok"} 1.5',
    );
    expect(text).toContain(
      'cassmail_store_statement_seconds_count{statement="mailboxes.deliver",outcome="store-full"} 1',
    );
  });

  it('knows how many statements are under way', async () => {
    const metrics = new Metrics();
    const time = new VirtualTime();
    const tap = new MeasuringTap(time, metrics);
    const both = Promise.all([tap.around('a', () => time.sleep(10)), tap.around('b', () => time.sleep(20))]);
    expect(await metrics.exposition()).toContain('cassmail_store_in_flight 2');
    await time.advance(20);
    await both;
    expect(await metrics.exposition()).toContain('cassmail_store_in_flight 0');
  });
});
