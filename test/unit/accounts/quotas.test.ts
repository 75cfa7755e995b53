import { beforeEach, describe, expect, it } from '@jest/globals';
import { Quotas } from '../../../src/accounts/quotas.js';
import { Budget } from '../../../src/base/budget.js';
import { Failure } from '../../../src/base/failure.js';
import type { MailboxAddress, MessageEntry } from '../../../src/store/types.js';
import { failureOfPromise } from '../../failure-from.js';
import { VirtualTime } from '../../virtual-time.js';
import { AccountTable } from './account-table.js';

const UNLIMITED = { quotaBytes: Number.POSITIVE_INFINITY, quotaMessages: Number.POSITIVE_INFINITY };

describe('a quota', () => {
  let time: VirtualTime;
  let table: AccountTable;
  let settings: { quotaBytes: number; quotaMessages: number };
  let kept: Map<string, number[]>;
  let lists: string[];
  let listMs: number;
  let failure: Failure | undefined;
  let quotas: Quotas;

  beforeEach(() => {
    time = new VirtualTime();
    table = new AccountTable();
    settings = { ...UNLIMITED };
    kept = new Map();
    lists = [];
    listMs = 0;
    failure = undefined;
    quotas = new Quotas({ mailboxes: { list }, clock: time, timers: time, settings: () => settings });
    table.user('anne@example.com', {}, ['archive', 'inbox']);
  });

  async function* list({ login, mailbox }: MailboxAddress): AsyncGenerator<readonly MessageEntry[]> {
    lists.push(`${login}|${mailbox}`);
    if (listMs > 0) await time.sleep(listMs);
    if (failure !== undefined) throw failure;
    for (const sizeBytes of kept.get(mailbox) ?? []) yield [{ sizeBytes } as MessageEntry];
  }

  async function isFull(budgetMs = 5000): Promise<boolean> {
    const account = table.accounts.get('anne@example.com');
    if (account === undefined) throw new Error('anne is there');
    return quotas.isFull(account, Budget.of(time, budgetMs));
  }

  it('that nobody set counts nothing', async () => {
    kept.set('inbox', [1e12]);
    expect(await isFull()).toBe(false);
    expect(lists).toEqual([]);
  });

  it('is full when all mailboxes together have reached it, in octets or in messages', async () => {
    kept.set('inbox', [400, 100]).set('archive', [499]);
    settings = { ...UNLIMITED, quotaBytes: 1000 };
    expect(await isFull()).toBe(false);
    expect(lists.toSorted()).toEqual(['anne@example.com|archive', 'anne@example.com|inbox']);
    settings = { ...UNLIMITED, quotaBytes: 999 };
    expect(await isFull()).toBe(true);
    settings = { ...UNLIMITED, quotaMessages: 3 };
    expect(await isFull()).toBe(true);
    settings = { ...UNLIMITED, quotaMessages: 4 };
    expect(await isFull()).toBe(false);
  });

  it('of the account itself goes before that for all', async () => {
    kept.set('inbox', [500]);
    settings = { ...UNLIMITED, quotaBytes: 100 };
    table.user('anne@example.com', { quotaBytes: 1000 });
    expect(await isFull()).toBe(false);
    table.user('anne@example.com', { quotaMessages: 1 });
    expect(await isFull()).toBe(true);
  });

  it('is counted once a minute; what is delivered here meanwhile is added', async () => {
    settings = { quotaBytes: 1000, quotaMessages: 1000 };
    const anne = table.user('anne@example.com');
    expect(await isFull()).toBe(false);
    quotas.noteDelivery(anne, 700);
    await time.advance(59_999);
    expect(await isFull()).toBe(false);
    expect(lists).toHaveLength(1);
    await time.advance(1);
    await isFull();
    expect(lists).toHaveLength(2);
    quotas.noteDelivery(anne, 1000);
    expect(await isFull()).toBe(true);
    expect(lists).toHaveLength(2);
    await time.advance(10_000);
    expect(await isFull()).toBe(false); // it was deleted again, as the next count finds
  });

  it('that is nearly reached is counted every ten seconds', async () => {
    settings = { ...UNLIMITED, quotaMessages: 10 };
    kept.set(
      'inbox',
      Array.from({ length: 8 }, () => 1),
    );
    await isFull();
    const once = lists.length;
    await time.advance(9999);
    await isFull();
    expect(lists).toHaveLength(once);
    await time.advance(1);
    await isFull();
    expect(lists).toHaveLength(2 * once);
  });

  it('of a mailbox that takes long to count is counted less often, so that counting stays a small part', async () => {
    settings = { ...UNLIMITED, quotaMessages: 1 };
    table.user('anne@example.com', {}, []);
    kept.set('inbox', [1]);
    listMs = 1000;
    const counting = isFull();
    await time.advance(1000);
    expect(await counting).toBe(true);
    await time.advance(18_999);
    await isFull();
    expect(lists).toHaveLength(1);
  });

  it('is counted once for all who ask, and what is delivered meanwhile is not lost', async () => {
    settings = { ...UNLIMITED, quotaBytes: 1000 };
    table.user('anne@example.com', {}, []);
    listMs = 100;
    const asking = Array.from({ length: 50 }, () => isFull());
    quotas.noteDelivery(table.user('anne@example.com', {}, []), 1000);
    await time.advance(100);
    expect(new Set(await Promise.all(asking))).toEqual(new Set([true]));
    expect(lists).toHaveLength(1);
  });

  it('that takes longer to count than one may wait is there for the next who asks', async () => {
    settings = { ...UNLIMITED, quotaMessages: 1 };
    table.user('anne@example.com', {}, []);
    listMs = 20_000;
    const first = failureOfPromise(isFull(5000));
    await time.advance(5000);
    expect(await first).toMatchObject({ code: 'deadline-passed', kind: 'temporary' });
    await time.advance(15_000);
    expect(await isFull(10)).toBe(false);
    expect(lists).toHaveLength(1);
  });

  it('that cannot be counted fails as the store says, and is tried again', async () => {
    settings = { ...UNLIMITED, quotaMessages: 1 };
    failure = new Failure('store-read-failed', 'scripted');
    expect((await failureOfPromise(isFull())).code).toBe('store-read-failed');
    failure = undefined;
    expect(await isFull()).toBe(false);
  });
});
