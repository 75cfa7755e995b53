// Two administrators at once, each on a node of his own over a real store: nothing that one was told is done is undone by
// the other, and no user is made or removed by halves.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { administrationOf, type Administration } from '../../src/accounts/administration/administration.js';
import { systemClock, systemTimers, type Cancel, type Timers } from '../../src/base/clock.js';
import { failureOf } from '../../src/base/failure.js';
import type { Log } from '../../src/base/log.js';
import { systemRandom } from '../../src/base/random.js';
import { INBOX, parseMailboxName } from '../../src/mail/mailbox-name.js';
import type { Login } from '../../src/mail/login.js';
import type { Store } from '../../src/store/api/store.js';
import { until } from '../until.js';
import { Ground } from './suite/ground.js';
import type { Harness } from './suite/harness.js';

const noQuota = { bytes: undefined, messages: undefined };
const silence: Log = { write: () => undefined, with: () => silence };

/** Removals wait for mail on its way until they are let go on, however long that is. */
class HeldTimers implements Timers {
  #isHeld = false;

  after(ms: number, action: () => void): Cancel {
    return systemTimers.after(ms, action);
  }

  hold(): void {
    this.#isHeld = true;
  }

  letGo(): void {
    this.#isHeld = false;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms < SHORT_MS) return systemTimers.sleep(ms, signal);
    await until('removals go on', () => !this.#isHeld || signal?.aborted === true);
    return undefined;
  }
}

const SHORT_MS = 500;
const ROUNDS = 5;

function administrator(store: Store, timers: Timers): Administration {
  const { accounts, directory, mailboxes, claims } = store;
  return administrationOf({
    accounts,
    directory,
    mailboxes,
    claims,
    clock: systemClock,
    timers,
    random: systemRandom,
    log: silence,
    hashPassword: async (password) => `hash of ${password}`,
    homeDomain: { find: async () => 'example.com' },
    settings: () => ({ domains: ['example.com'], isLocalPartFolded: true }),
  });
}

/** *done*, or the code of the failure. */
function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: unknown) => failureOf(error).code,
  );
}

function hasEnded({ removals }: Administration, address: Login): Promise<void> {
  return until('the removal has ended', () => removals.find(address)?.state !== 'under-way');
}

export function assertAdministrators(backend: string, openHarness: () => Promise<Harness>): void {
  describe(`two administrators at once on ${backend}`, () => {
    let ground: Ground;
    let here: Administration;
    let there: Administration;
    const timers = new HeldTimers();
    beforeAll(async () => {
      ground = await Ground.on(await openHarness());
      here = administrator(ground.store, timers);
      there = administrator(ground.other, timers);
    }, 120_000);
    afterEach(() => timers.letGo());
    afterAll(async () => {
      await here.removals.stop();
      await there.mailboxRemovals.stop();
      await there.removals.stop();
      await ground.close();
    }, 60_000);

    const add = (by: Administration, address: Login, password: string) =>
      by.users.add({ address, password, quota: noQuota }, ground.budget());
    const stored = (address: Login) => ground.other.accounts.read(address, ground.budget());

    it('who add the same user make one, with the password of him who was told so', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const address = ground.login();
        const outcomes = await Promise.all([
          outcomeOf(add(here, address, 'here')),
          outcomeOf(add(there, address, 'there')),
        ]);
        expect(outcomes.toSorted()).toEqual(['done', 'user-exists']);
        const winner = outcomes[0] === 'done' ? 'here' : 'there';
        expect((await stored(address))?.settings.passwordHash).toBe(`hash of ${winner}`);
      }
    }, 60_000);

    it('who add a user and an alias of one address never leave both', async () => {
      const target = ground.login('target');
      await add(here, target, 'x');
      for (let round = 0; round < ROUNDS; round += 1) {
        const address = ground.login();
        const alias = { address, targets: [target], replace: false };
        const outcomes = await Promise.all([
          outcomeOf(add(here, address, 'x')),
          outcomeOf(there.aliases.add(alias, ground.budget())),
        ]);
        const user = await stored(address);
        const found = await ground.store.directory.readAlias(address, ground.budget());
        expect([user !== undefined, found !== undefined]).toEqual(outcomes.map((text) => text === 'done'));
        expect(user === undefined || found === undefined).toBe(true);
      }
    }, 60_000);

    it('who change different things of one user both have their way', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const address = ground.login();
        await add(here, address, 'x');
        await Promise.all([
          here.users.setQuota(address, { bytes: undefined, messages: 7 }, ground.budget()),
          there.users.disable(address, ground.budget()),
        ]);
        expect((await stored(address))?.settings).toEqual({
          passwordHash: 'hash of x',
          isDisabled: true,
          quotaMessages: 7,
        });
      }
    }, 60_000);

    it('of whom one removes a user and the other changes him: he goes, with nothing left', async () => {
      const address = ground.login();
      await add(here, address, 'x');
      await ground.store.mailboxes.deliver(
        ground.delivery([{ login: address, mailbox: INBOX }]),
        ground.budget(),
      );
      timers.hold();
      await Promise.all([
        here.removals.begin(address, ground.budget()),
        there.users.changePassword(address, 'y', ground.budget()),
        there.users.disable(address, ground.budget()),
      ]);
      expect(await there.removals.look(address, ground.budget())).toMatchObject({ state: 'under-way' });
      timers.letGo();
      await hasEnded(here, address);
      expect(here.removals.find(address)).toMatchObject({ state: 'done', removedMessages: 1 });
      expect(await stored(address)).toBeUndefined();
      await add(there, address, 'z');
      expect((await there.mailboxes.list(address, ground.budget())).map(({ messages }) => messages)).toEqual([
        0, 0,
      ]);
    }, 60_000);

    it('of whom one removes a mailbox while mail comes on the other node: it is there again with that mail', async () => {
      const address = ground.login();
      const lists = { login: address, mailbox: parseMailboxName('lists') };
      await add(here, address, 'x');
      await there.mailboxes.create(address, lists.mailbox, ground.budget());
      timers.hold();
      const removing = outcomeOf(here.mailboxRemovals.remove(lists, { force: false }, ground.budget(60_000)));
      await until('the name has gone', async () => {
        const account = await stored(address);
        return account?.mailboxes.includes(lists.mailbox) === false;
      });
      expect(await outcomeOf(there.mailboxes.create(address, lists.mailbox, ground.budget()))).toBe(
        'mailbox-exists',
      );
      await ground.other.mailboxes.deliver(ground.delivery([lists]), ground.budget());
      timers.letGo();
      expect(await removing).toBe('mailbox-not-empty');
      expect(await there.mailboxes.show(address, lists.mailbox, ground.budget())).toMatchObject({
        messages: 1,
      });
    }, 60_000);

    it('of whom one died while removing mailboxes: the other settles it when he starts', async () => {
      const address = ground.login();
      const [empty, full] = [parseMailboxName('empty'), parseMailboxName('full')];
      await add(here, address, 'x');
      for (const mailbox of [empty, full]) {
        await here.mailboxes.create(address, mailbox, ground.budget());
        const account = await stored(address);
        if (account === undefined) throw new Error('he is there');
        await ground.store.accounts.markMailbox(account, mailbox, 1, ground.budget());
      }
      await ground.store.mailboxes.deliver(
        ground.delivery([{ login: address, mailbox: full }]),
        ground.budget(),
      );
      there.mailboxRemovals.settle();
      await until('both are settled', async () => (await stored(address))?.leavingMailboxes.size === 0);
      expect((await stored(address))?.mailboxes).toEqual(['full', 'inbox', 'outbox']);
    }, 60_000);

    it('who both remove a user get done with it, and one who is enabled meanwhile stays whole', async () => {
      timers.hold();
      const [gone, kept] = [ground.login('gone'), ground.login('kept')];
      for (const address of [gone, kept]) {
        await add(here, address, 'x');
        await here.removals.begin(address, ground.budget());
      }
      await there.removals.begin(gone, ground.budget());
      await there.users.enable(kept, ground.budget());
      timers.letGo();
      await Promise.all([hasEnded(here, gone), hasEnded(there, gone), hasEnded(here, kept)]);
      expect([here, there].map(({ removals }) => removals.find(gone)?.state)).toEqual(['done', 'done']);
      expect(await stored(gone)).toBeUndefined();
      expect((await stored(kept))?.settings).toEqual({ passwordHash: 'hash of x', isDisabled: false });
    }, 60_000);
  });
}
