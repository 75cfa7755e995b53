import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Administration } from '../../../../src/accounts/administration/administration.js';
import { Failure } from '../../../../src/base/failure.js';
import { parseMailboxName } from '../../../../src/mail/mailbox-name.js';
import type { MailboxStore } from '../../../../src/store/api/mailboxes.js';
import { failureOfPromise } from '../../../failure-from.js';
import { anne, bob, Ground, replaced } from './ground.js';

const noQuota = { bytes: undefined, messages: undefined };
const lists = parseMailboxName('lists');

async function failing(): Promise<never> {
  throw new Failure('store-unavailable', 'two of three are down');
}

describe('removing a user', () => {
  let ground: Ground;
  let administration: Administration;
  beforeEach(async () => {
    ground = await Ground.make();
    administration = ground.administration();
    for (const address of [anne, bob]) {
      await administration.users.add({ address, password: 'x', quota: noQuota }, ground.budget);
      await ground.deliver(address);
    }
    await administration.mailboxes.create(anne, lists, ground.budget);
    await ground.deliver(anne, lists);
  });
  afterEach(() => ground.dispose());

  const ended = ({ removals }: Administration) =>
    ground.until(() => removals.find(anne)?.state !== 'under-way');
  /** A store whose removals of mail do this instead. */
  const withRemove = (remove: MailboxStore['remove']): MailboxStore =>
    replaced(ground.store.mailboxes, { remove });

  it('disables him at once, removes his mail, then his account, and nobody else', async () => {
    expect(await administration.removals.begin(anne, ground.budget)).toMatchObject({ state: 'under-way' });
    expect((await administration.users.show(anne, ground.budget)).isDisabled).toBe(true);
    await ended(administration);
    expect(administration.removals.find(anne)).toEqual({
      address: anne,
      state: 'done',
      removedMessages: 2,
      removedBytes: 200,
    });
    expect(await ground.store.accounts.read(anne, ground.budget)).toBeUndefined();
    expect([await ground.countIn(anne), await ground.countIn(anne, lists)]).toEqual([0, 0]);
    expect(await ground.countIn(bob)).toBe(1);
    expect(ground.lines).toEqual([['user.removed', { user: anne, messages: 2 }]]);
  });

  it('waits for mail that was on its way, and removes that too', async () => {
    await administration.removals.begin(anne, ground.budget);
    await ground.until(() => administration.removals.find(anne)?.removedMessages === 2);
    await ground.deliver(anne);
    await ended(administration);
    expect(administration.removals.find(anne)).toMatchObject({ state: 'done', removedMessages: 3 });
    expect(await ground.countIn(anne)).toBe(0);
  });

  it('goes on through failures that pass', async () => {
    let failures = 3;
    const remove: MailboxStore['remove'] = async (address, entries, budget) => {
      failures -= 1;
      if (failures === 2) throw new Failure('store-unavailable', 'two of three are down');
      if (failures >= 0) return { left: entries, cause: new Failure('store-write-uncertain', 'no answer') };
      return ground.store.mailboxes.remove(address, entries, budget);
    };
    const patient = ground.administration({ mailboxes: withRemove(remove) });
    await patient.removals.begin(anne, ground.budget);
    await ended(patient);
    expect(patient.removals.find(anne)?.state).toBe('done');
  });

  it('ends at one that does not pass, leaves him disabled, and goes on when asked again', async () => {
    let isBroken = true;
    const remove: MailboxStore['remove'] = async (address, entries, budget) => {
      if (isBroken) throw new Failure('record-damaged', 'a row cannot be read');
      return ground.store.mailboxes.remove(address, entries, budget);
    };
    const broken = ground.administration({ mailboxes: withRemove(remove) });
    await broken.removals.begin(anne, ground.budget);
    await ended(broken);
    const failure = { code: 'record-damaged', detail: 'a row cannot be read' };
    expect(broken.removals.find(anne)).toMatchObject({ state: 'failed', failure });
    expect(ground.lines).toEqual([
      ['user.removal-failed', { user: anne, code: failure.code, says: failure.detail }],
    ]);
    expect((await broken.users.show(anne, ground.budget)).isDisabled).toBe(true);
    isBroken = false;
    await broken.removals.begin(anne, ground.budget);
    await ended(broken);
    expect(broken.removals.find(anne)?.state).toBe('done');
  });

  it('gives up on a store that stays away', async () => {
    const patient = ground.administration({ mailboxes: withRemove(failing) });
    await patient.removals.begin(anne, ground.budget);
    await ended(patient);
    expect(patient.removals.find(anne)).toMatchObject({
      state: 'failed',
      failure: { code: 'store-unavailable' },
    });
  });

  it('is seen, also by another node, while it is under way', async () => {
    const other = ground.administration();
    const code = async () => (await failureOfPromise(other.removals.look(anne, ground.budget))).code;
    expect(await code()).toBe('removal-unknown');
    await administration.removals.begin(anne, ground.budget);
    expect(await other.users.show(anne, ground.budget)).toMatchObject({ isBeingRemoved: true });
    expect(await other.removals.look(anne, ground.budget)).toMatchObject({ state: 'under-way' });
    await administration.users.setQuota(anne, noQuota, ground.budget);
    expect(await other.users.show(anne, ground.budget)).toMatchObject({ isBeingRemoved: true });
    await ended(administration);
    expect(await code()).toBe('user-unknown');
    expect(await administration.removals.look(anne, ground.budget)).toMatchObject({ state: 'done' });
  });

  it('that a node left half done when it died is finished when one starts', async () => {
    for (let user = 0; user < 10; user += 1) {
      const address = `user${user}@example.com` as typeof anne;
      await administration.users.add({ address, password: 'x', quota: noQuota }, ground.budget);
      const account = await ground.store.accounts.read(address, ground.budget);
      if (account === undefined) throw new Error('he was just made');
      const settings = { ...account.settings, isDisabled: true, removalBeganAtMs: 1 };
      await ground.store.accounts.change(account, settings, ground.budget);
    }
    administration.removals.resume();
    await ground.until(() => ground.lines.length === 10);
    const { users } = await administration.users.list({ domain: undefined, limit: 20 }, ground.budget);
    expect(users.map(({ address }) => address)).toEqual([anne, bob]);
    await administration.removals.stop();
  });

  it('on two nodes at once leaves the mail of the next user of the address alone', async () => {
    let deletions = 0;
    const remove: MailboxStore['remove'] = (address, entries, budget) => {
      deletions += entries.length;
      return ground.store.mailboxes.remove(address, entries, budget);
    };
    const late = ground.administration({ mailboxes: withRemove(remove) });
    await late.removals.begin(anne, ground.budget);
    await ground.until(() => late.removals.find(anne)?.removedMessages === 2);
    const account = await ground.store.accounts.read(anne, ground.budget);
    if (account !== undefined) await ground.store.accounts.remove(account, ground.budget); // the other node is done
    await administration.users.add({ address: anne, password: 'x', quota: noQuota }, ground.budget);
    await ground.deliver(anne);
    await ended(late);
    expect(late.removals.find(anne)).toMatchObject({
      state: 'failed',
      failure: { code: 'changed-meanwhile' },
    });
    expect([deletions, await ground.countIn(anne)]).toEqual([2, 1]);
  });

  it('ends with the node, and the next one goes on', async () => {
    await administration.removals.begin(anne, ground.budget);
    await administration.removals.stop();
    expect(administration.removals.find(anne)).toMatchObject({
      state: 'failed',
      failure: { code: 'store-closed' },
    });
    expect((await administration.users.show(anne, ground.budget)).isDisabled).toBe(true);
    const next = ground.administration();
    await next.removals.begin(anne, ground.budget);
    await ended(next);
    expect(await ground.store.accounts.read(anne, ground.budget)).toBeUndefined();
  });

  it('asked for twice is one removal', async () => {
    const [first, second] = await Promise.all([
      administration.removals.begin(anne, ground.budget),
      administration.removals.begin(anne, ground.budget),
    ]);
    expect(second).toEqual(first);
    await ended(administration);
    expect(ground.lines).toHaveLength(1);
  });

  it('does not take the account of a user who was enabled meanwhile', async () => {
    await administration.removals.begin(anne, ground.budget);
    await ground.until(() => administration.removals.find(anne)?.removedMessages === 2);
    await administration.users.enable(anne, ground.budget);
    await ended(administration);
    expect(administration.removals.find(anne)).toMatchObject({
      state: 'failed',
      failure: { code: 'changed-meanwhile' },
    });
    expect((await administration.users.show(anne, ground.budget)).isDisabled).toBe(false);
  });

  it('who is not there, or with many others at once, is refused', async () => {
    const removals = ground.administration().removals;
    const nobody = 'nobody@example.com' as typeof anne;
    expect((await failureOfPromise(removals.begin(nobody, ground.budget))).code).toBe('user-unknown');
    expect(removals.find(nobody)).toBeUndefined();
    for (let user = 0; user < 8; user += 1) {
      const address = `user${user}@example.com` as typeof anne;
      await administration.users.add({ address, password: 'x', quota: noQuota }, ground.budget);
      await removals.begin(address, ground.budget);
    }
    expect((await failureOfPromise(removals.begin(anne, ground.budget))).code).toBe('too-busy');
    await removals.stop();
    expect((await failureOfPromise(removals.begin(anne, ground.budget))).code).toBe('store-closed');
  });
});
