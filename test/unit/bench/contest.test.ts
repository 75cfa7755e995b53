// Which row comes of what was measured.
import { describe, expect, it } from '@jest/globals';
import { contestRows } from '../../../bench/mail/contest.js';
import { Ledger } from '../../../bench/mail/ledger.js';
import { pairedRatio, spread, type Contender } from '../../../bench/rounds.js';

/** The first rate is that of the warm-up. */
function contender(name: string, rates: readonly number[]): Contender {
  const left = [...rates];
  return { name, run: () => Promise.resolve(left.shift() ?? Number.NaN) };
}

const contest = { name: 'sessions', unit: 'sessions/s', targets: [], conditions: '' };

describe('a ratio', () => {
  it('is taken within a round, and its median counts', () => {
    const ratio = pairedRatio(spread([10, 30, 20]), spread([5, 10, 20]));
    expect(ratio.samples).toEqual([2, 3, 1]);
    expect(ratio.median).toBe(2);
  });
});

describe('a contest', () => {
  const ours = contender('ours', [1, 40, 60, 50]);
  const slow = contender('slow', [1, 10, 10, 10]);
  const fast = contender('fast', [1, 20, 20, 25]);

  it('counts the best of the rivals and shows the others beside it', async () => {
    const accepted = { what: 'accepted', unit: 'messages/s', rate: spread([9]) };
    const [row] = await contestRows({ ...contest, ours, rivals: [slow, fast], beside: () => [accepted] }, 3);
    expect(row?.rival).toBe('fast');
    expect(row?.rate.median).toBe(50);
    expect(row?.ratio?.samples).toEqual([2, 3, 2]);
    expect(row?.beside).toMatchObject([{ what: 'slow', rate: { median: 10 } }, accepted]);
  });

  it('without us has a row for each rival', async () => {
    const rows = await contestRows({ ...contest, ours: undefined, rivals: [slow, fast] }, 0);
    expect(rows.map(({ name }) => name)).toStrictEqual(['sessions: slow alone', 'sessions: fast alone']);
  });
});

describe('the ledger of a bench', () => {
  const server = 'server';

  it('balances when all that was acknowledged can be read', async () => {
    const ledger = new Ledger();
    ledger.note({ server, acknowledged: Promise.resolve(10), readable: 10 });
    // a message that was accepted, and whose client was stopped before it heard so
    ledger.note({ server, acknowledged: Promise.resolve(10), readable: 11 });
    await expect(ledger.balance()).resolves.toBeUndefined();
  });

  it('fails when a message is missing', async () => {
    const ledger = new Ledger();
    ledger.note({ server, acknowledged: Promise.resolve(10), readable: 9 });
    await expect(ledger.balance()).rejects.toThrow('server: 1 acknowledged messages cannot be read');
  });

  it('fails when it is not known what was acknowledged', async () => {
    const ledger = new Ledger();
    ledger.note({ server, acknowledged: Promise.reject(new Error('no report')), readable: 9 });
    await expect(ledger.balance()).rejects.toThrow('no report');
  });
});
