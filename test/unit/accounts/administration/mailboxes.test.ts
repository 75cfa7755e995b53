import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Administration } from '../../../../src/accounts/administration/administration.js';
import { MOST_MAILBOXES } from '../../../../src/accounts/administration/mailboxes.js';
import { Budget } from '../../../../src/base/budget.js';
import { Failure } from '../../../../src/base/failure.js';
import { INBOX, OUTBOX, parseMailboxName, type MailboxName } from '../../../../src/mail/mailbox-name.js';
import type { MailboxStore } from '../../../../src/store/api/mailboxes.js';
import { failureOfPromise } from '../../../failure-from.js';
import { anne, bob, Ground, replaced } from './ground.js';

const lists = parseMailboxName('lists');
/** As the route has it. */
const LONG_MS = 110_000;
const inLists = { login: anne, mailbox: lists };

const codeOf = async (call: Promise<unknown>) => (await failureOfPromise(call)).code;

const removeNothing: MailboxStore['remove'] = async (_address, entries) => ({
  left: entries,
  cause: new Failure('store-unavailable', 'two of three are down'),
});

describe('the mailboxes of a user', () => {
  let ground: Ground;
  let administration: Administration;
  beforeEach(async () => {
    ground = await Ground.make();
    administration = ground.administration();
    const quota = { bytes: undefined, messages: undefined };
    await administration.users.add({ address: anne, password: 'x', quota }, ground.budget);
    await administration.mailboxes.create(anne, lists, ground.budget);
  });
  afterEach(() => ground.dispose());

  const names = async () =>
    (await administration.mailboxes.list(anne, ground.budget)).map(({ name }) => name);
  /** Waits for mail on its way in time that passes at once. */
  const removed = async (by: Administration, mailbox: MailboxName, force: boolean) => {
    let hasEnded = false;
    const budget = Budget.of(ground.time, LONG_MS);
    const removing = by.mailboxRemovals
      .remove({ login: anne, mailbox }, { force }, budget)
      .finally(() => (hasEnded = true));
    removing.catch(() => undefined); // it is looked at below
    await ground.until(() => hasEnded);
    return removing;
  };
  const remove = (mailbox: MailboxName, force: boolean) => removed(administration, mailbox, force);
  /** What happens elsewhere right after the name has gone. */
  const whenGone = (happens: () => Promise<unknown>) => {
    const { accounts } = ground.store;
    const markMailbox: typeof accounts.markMailbox = async (...given) => {
      const outcome = await accounts.markMailbox(...given);
      await happens();
      return outcome;
    };
    return ground.administration({ accounts: replaced(accounts, { markMailbox }) });
  };

  it('come up empty when made again, whatever was late for an earlier one of the name', async () => {
    await remove(lists, false);
    await ground.deliver(anne, lists);
    await administration.mailboxes.create(anne, lists, ground.budget);
    expect(await ground.countIn(anne, lists)).toBe(0);
  });

  it('are listed with what is in them', async () => {
    await ground.deliver(anne, INBOX, 100);
    await ground.deliver(anne, INBOX, 20_000 - 5000);
    expect(await administration.mailboxes.list(anne, ground.budget)).toEqual([
      { name: 'inbox', messages: 2, sizeBytes: 15_100 },
      { name: 'lists', messages: 0, sizeBytes: 0 },
      { name: 'outbox', messages: 0, sizeBytes: 0 },
    ]);
    expect(await administration.mailboxes.show(anne, lists, ground.budget)).toMatchObject({ messages: 0 });
  });

  it('are made once each, up to a bound', async () => {
    expect(await codeOf(administration.mailboxes.create(anne, lists, ground.budget))).toBe('mailbox-exists');
    const many = Array.from({ length: MOST_MAILBOXES }, (_, number) => `box ${number}` as MailboxName);
    const settings = { passwordHash: '', isDisabled: false };
    await ground.store.accounts.create(bob, settings, many, ground.budget);
    expect(await codeOf(administration.mailboxes.create(bob, lists, ground.budget))).toBe('mailbox-limit');
  });

  it('cannot be asked about where there is no such user or mailbox', async () => {
    const { mailboxes } = administration;
    const absent = parseMailboxName('absent');
    expect(await codeOf(mailboxes.list(bob, ground.budget))).toBe('user-unknown');
    expect(await codeOf(mailboxes.create(bob, lists, ground.budget))).toBe('user-unknown');
    expect(await codeOf(mailboxes.show(anne, absent, ground.budget))).toBe('mailbox-unknown');
    expect(await codeOf(remove(absent, true))).toBe('mailbox-unknown');
  });

  it('go when they are empty; with mail in them only when forced, and the mail goes too', async () => {
    await ground.deliver(anne, lists);
    const refusal = await failureOfPromise(remove(lists, false));
    expect([refusal.code, refusal.message]).toEqual(['mailbox-not-empty', 'there is a message in "lists"']);
    expect(await ground.countIn(anne, lists)).toBe(1);
    expect(await remove(lists, true)).toEqual({ messages: 1, sizeBytes: 100 });
    expect(await ground.countIn(anne, lists)).toBe(0);
    expect(await names()).toEqual(['inbox', 'outbox']);
    await administration.mailboxes.create(anne, lists, ground.budget);
    expect(await remove(lists, false)).toEqual({ messages: 0, sizeBytes: 0 });
  });

  it('always have an inbox, and an outbox for the copies of what the user submits', async () => {
    expect(await codeOf(remove(INBOX, true))).toBe('mailbox-needed');
    expect(await codeOf(remove(OUTBOX, true))).toBe('mailbox-needed');
    expect(await names()).toEqual(['inbox', 'lists', 'outbox']);
  });

  it('stay while a POP3 session has them open, and can be opened again after a refusal', async () => {
    const { claims } = ground.store;
    await claims.claim(inLists, 'a session', ground.budget);
    expect(await codeOf(remove(lists, true))).toBe('mailbox-in-use');
    await claims.release(inLists, 'a session', ground.budget);
    await ground.deliver(anne, lists);
    expect(await codeOf(remove(lists, false))).toBe('mailbox-not-empty');
    expect(await claims.claim(inLists, 'a session', ground.budget)).toBe('granted');
  });

  it('that could not be emptied are still there, to be removed again', async () => {
    await ground.deliver(anne, lists);
    const mailboxes = replaced(ground.store.mailboxes, { remove: removeNothing });
    const failing = ground.administration({ mailboxes });
    expect(await codeOf(removed(failing, lists, true))).toBe('store-unavailable');
    expect(await names()).toContain(lists);
    expect(await remove(lists, true)).toMatchObject({ messages: 1 });
  });

  it('take mail that others still deliver along when forced', async () => {
    const forced = whenGone(() => ground.deliver(anne, lists));
    expect(await removed(forced, lists, true)).toMatchObject({ messages: 1 });
    expect([await ground.countIn(anne, lists), (await names()).includes(lists)]).toEqual([0, false]);
  });

  it('are back with the mail that others still delivered, unless forced', async () => {
    const gentle = whenGone(() => ground.deliver(anne, lists));
    expect(await codeOf(removed(gentle, lists, false))).toBe('mailbox-not-empty');
    expect([await ground.countIn(anne, lists), (await names()).includes(lists)]).toEqual([1, true]);
  });

  it('keep mail that came while it was looked whether they are empty', async () => {
    const { accounts } = ground.store;
    const markMailbox: typeof accounts.markMailbox = async (...given) => {
      await ground.deliver(anne, lists);
      return accounts.markMailbox(...given);
    };
    const slow = ground.administration({ accounts: replaced(accounts, { markMailbox }) });
    expect(await codeOf(removed(slow, lists, false))).toBe('mailbox-not-empty');
    expect(await ground.countIn(anne, lists)).toBe(1);
  });

  it('that somebody else made again meanwhile keep their mail, forced or not', async () => {
    const { accounts } = ground.store;
    const forced = whenGone(async () => {
      const account = await accounts.read(anne, ground.budget);
      if (account !== undefined) await accounts.addMailbox(account, lists, ground.budget); // mail for anne+lists does
      await ground.deliver(anne, lists);
    });
    await removed(forced, lists, true);
    expect([await ground.countIn(anne, lists), (await names()).includes(lists)]).toEqual([1, true]);
  });

  it('are not begun to be removed without the time to wait for mail on its way', async () => {
    const { mailboxRemovals } = administration;
    const short = Budget.of(ground.time, 20_000);
    expect(await codeOf(mailboxRemovals.remove(inLists, { force: false }, short))).toBe('deadline-passed');
    expect(await names()).toContain(lists);
  });

  it('keep what came since making them began: somebody else may have made them meanwhile', async () => {
    await remove(lists, false);
    ground.time.setWall(Date.now());
    const { accounts } = ground.store;
    let isFirst = true;
    const read: typeof accounts.read = async (login, budget) => {
      const account = await accounts.read(login, budget);
      if (isFirst) {
        isFirst = false;
        await administration.mailboxes.create(anne, lists, ground.budget);
        await ground.deliver(anne, lists);
        await ground.time.advance(600_000);
      }
      return account;
    };
    const late = ground.administration({ accounts: replaced(accounts, { read }) });
    const budget = Budget.of(ground.time, 3_600_000);
    expect(await codeOf(late.mailboxes.create(anne, lists, budget))).toBe('mailbox-exists');
    expect(await ground.countIn(anne, lists)).toBe(1);
  });
});
