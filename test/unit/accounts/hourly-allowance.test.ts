import { beforeEach, describe, expect, it } from '@jest/globals';
import { HourlyAllowance } from '../../../src/accounts/hourly-allowance.js';
import { MemoryTallies } from '../../../src/accounts/memory-tallies.js';
import { parseLogin } from '../../../src/mail/login.js';
import { MemoryLog } from '../../memory-log.js';
import { VirtualTime } from '../../virtual-time.js';

const anne = parseLogin('anne@example.com');
const HOUR_MS = 3_600_000;

describe("a user's allowance for an hour", () => {
  let time: VirtualTime;
  let log: MemoryLog;
  let settings: { messagesPerHour: number; recipientsPerHour: number };
  let allowance: HourlyAllowance;

  beforeEach(() => {
    time = new VirtualTime();
    log = new MemoryLog();
    settings = { messagesPerHour: 3, recipientsPerHour: 10 };
    const tallies = new MemoryTallies({ clock: time });
    allowance = new HourlyAllowance({ tallies, clock: time, log, settings: () => settings });
  });

  it('is so many messages, and there are more when the hour is over', async () => {
    for (let n = 0; n < 3; n += 1) expect(await allowance.take(anne, 1)).toBe(true);
    expect(await allowance.take(anne, 1)).toBe(false);
    expect(log.lines).toEqual([
      { event: 'submission.allowance-exceeded', fields: { user: anne, of: 'messages' } },
    ]);
    await time.advance(HOUR_MS * 1.2);
    expect(await allowance.take(anne, 1)).toBe(true);
  });

  it('is so many recipients, all messages together', async () => {
    expect(await allowance.take(anne, 8)).toBe(true);
    expect(await allowance.take(anne, 3)).toBe(false);
    expect(log.fields).toEqual([{ user: anne, of: 'recipients' }]);
  });

  it('is not used up by what was refused', async () => {
    await allowance.take(anne, 8);
    for (let n = 0; n < 5; n += 1) await allowance.take(anne, 1000);
    expect(await allowance.take(anne, 2)).toBe(true);
  });

  it('is never exceeded by messages that come at the same moment', async () => {
    const taken = await Promise.all(Array.from({ length: 50 }, () => allowance.take(anne, 1)));
    expect(taken.filter(Boolean).length).toBeLessThanOrEqual(3);
  });

  it('is everybody his own, and may be raised or unlimited at any time', async () => {
    for (let n = 0; n < 3; n += 1) await allowance.take(anne, 1);
    expect(await allowance.take(parseLogin('bob@example.com'), 10)).toBe(true);
    settings = { messagesPerHour: Number.POSITIVE_INFINITY, recipientsPerHour: Number.POSITIVE_INFINITY };
    expect(await allowance.take(anne, 1_000_000)).toBe(true);
  });

  it('fills no log when somebody tries on and on', async () => {
    for (let n = 0; n < 1000; n += 1) await allowance.take(anne, 11);
    expect(log.lines).toHaveLength(10);
  });
});
