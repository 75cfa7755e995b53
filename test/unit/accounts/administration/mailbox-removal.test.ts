// What becomes of the removal of a mailbox that ended half way.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Administration } from '../../../../src/accounts/administration/administration.js';
import { Budget } from '../../../../src/base/budget.js';
import { Failure } from '../../../../src/base/failure.js';
import { parseMailboxName } from '../../../../src/mail/mailbox-name.js';
import { failureOfPromise } from '../../../failure-from.js';
import { anne, Ground, replaced } from './ground.js';

const lists = parseMailboxName('lists');
const inLists = { login: anne, mailbox: lists };
/** As the route has it. */
const LONG_MS = 110_000;

describe('the removal of a mailbox that a node left half done', () => {
  let ground: Ground;
  let administration: Administration;
  beforeEach(async () => {
    ground = await Ground.make();
    administration = ground.administration();
    const quota = { bytes: undefined, messages: undefined };
    await administration.users.add({ address: anne, password: 'x', quota }, ground.budget);
    await administration.mailboxes.create(anne, lists, ground.budget);
  });
  afterEach(async () => {
    await administration.mailboxRemovals.stop();
    await ground.dispose();
  });

  const stored = async () => {
    const account = await ground.store.accounts.read(anne, ground.budget);
    if (account === undefined) throw new Error('she is there');
    return account;
  };
  const state = async () => {
    const { mailboxes, leavingMailboxes } = await stored();
    if (mailboxes.includes(lists)) return 'there';
    return leavingMailboxes.has(lists) ? 'leaving' : 'gone';
  };
  /** As a node does it that dies then. */
  const mark = async () => ground.store.accounts.markMailbox(await stored(), lists, 1, ground.budget);
  const events = () => ground.lines.map(([event]) => event);
  const ended = async <Result>(call: Promise<Result>): Promise<Result> => {
    let hasEnded = false;
    call.catch(() => undefined).finally(() => (hasEnded = true)); // it is looked at by who asks
    await ground.until(() => hasEnded);
    return call;
  };
  const remove = (by: Administration, force: boolean) =>
    ended(by.mailboxRemovals.remove(inLists, { force }, Budget.of(ground.time, LONG_MS)));

  it('is finished when a node starts, if nothing is in it', async () => {
    await mark();
    administration.mailboxRemovals.settle();
    await ground.until(() => events().includes('mailbox.removed'));
    expect(await state()).toBe('gone');
  });

  it('is undone when a node starts, if acknowledged mail came to it', async () => {
    await mark();
    await ground.deliver(anne, lists);
    administration.mailboxRemovals.settle();
    await ground.until(() => events().includes('mailbox.put-back'));
    expect([await state(), await ground.countIn(anne, lists)]).toEqual(['there', 1]);
  });

  it('waits for the lock of the node that died, or of one that is still at it', async () => {
    const { claims } = ground.store;
    await claims.claim(inLists, 'admin/dead', ground.budget);
    await mark();
    let asked = 0;
    const claim: typeof claims.claim = async (...given) => {
      asked += 1;
      if (asked === 3) await claims.release(inLists, 'admin/dead', ground.budget);
      return claims.claim(...given);
    };
    const next = ground.administration({ claims: replaced(claims, { claim }) });
    next.mailboxRemovals.settle();
    await ground.until(() => asked === 2);
    expect(await state()).toBe('leaving');
    await ground.until(() => events().includes('mailbox.removed'));
    expect(await state()).toBe('gone');
    await next.mailboxRemovals.stop();
  });

  it('goes on when it is asked for again', async () => {
    await ground.deliver(anne, lists);
    await mark();
    expect((await failureOfPromise(remove(administration, false))).code).toBe('mailbox-not-empty');
    expect(await state()).toBe('there');
    await mark();
    expect(await remove(administration, true)).toMatchObject({ messages: 1 });
    expect(await state()).toBe('gone');
  });

  it('is settled before the mailbox can be made again: mail in it may be somebody’s', async () => {
    await mark();
    await ground.deliver(anne, lists);
    const refusal = await failureOfPromise(administration.mailboxes.create(anne, lists, ground.budget));
    expect(refusal.code).toBe('mailbox-exists');
    expect(refusal.message).toContain('still being removed');
    expect(await ground.countIn(anne, lists)).toBe(1);
  });

  it('is settled as soon as the store is there again that was away when it was to be undone', async () => {
    const { accounts } = ground.store;
    let isAway = false;
    const away = () => {
      if (isAway) throw new Failure('store-unavailable', 'two of three are down');
    };
    const markMailbox: typeof accounts.markMailbox = async (...given) => {
      const outcome = await accounts.markMailbox(...given);
      if (!events().includes('mailbox.removal-unfinished')) {
        await ground.deliver(anne, lists);
        isAway = true;
      }
      return outcome;
    };
    const read: typeof accounts.read = async (...given) => {
      away();
      return accounts.read(...given);
    };
    const list: typeof accounts.list = (...given) => {
      away();
      return accounts.list(...given);
    };
    const failing = ground.administration({ accounts: replaced(accounts, { markMailbox, read, list }) });
    const failure = await failureOfPromise(remove(failing, false));
    expect([failure.code, await state()]).toEqual(['store-unavailable', 'leaving']);
    isAway = false;
    await ground.until(() => events().includes('mailbox.put-back'));
    expect(events()).toEqual(['mailbox.removal-unfinished', 'mailbox.put-back']);
    expect([await state(), await ground.countIn(anne, lists)]).toEqual(['there', 1]);
    await failing.mailboxRemovals.stop();
  });

  it('leaves nothing to be done where the node stops in order: the mailbox stays', async () => {
    const removing = administration.mailboxRemovals.remove(
      inLists,
      { force: false },
      Budget.of(ground.time, LONG_MS),
    );
    const failure = failureOfPromise(removing);
    while ((await state()) === 'there') await ground.time.advance(0);
    await administration.mailboxRemovals.stop();
    expect([(await failure).code, await state()]).toEqual(['store-closed', 'there']);
  });

  it('takes the mail along when the user is removed', async () => {
    await mark();
    await ground.deliver(anne, lists);
    await administration.removals.begin(anne, ground.budget);
    await ground.until(() => events().includes('user.removed'));
    expect(await ground.countIn(anne, lists)).toBe(0);
    await administration.removals.stop();
  });
});
