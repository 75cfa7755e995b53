// Accounts: each change is made to the state that was read, by exactly one of those who try, and is seen by everybody.
import { expect } from '@jest/globals';
import { INBOX, OUTBOX, parseMailboxName, type MailboxName } from '../../../src/mail/mailbox-name.js';
import type { Store } from '../../../src/store/api/store.js';
import type { Account, AccountSettings } from '../../../src/store/types.js';
import type { Login } from '../../../src/mail/login.js';
import type { Case } from './case.js';
import type { Ground } from './ground.js';
import { demandingAddresses, twinAddresses } from './names.js';
import { gather } from './reading.js';

const ARCHIVE = parseMailboxName('archive');

export const settings: AccountSettings = {
  passwordHash: 'scrypt$16384$8$1$c2FsdA$aGFzaA',
  isDisabled: false,
  quotaBytes: 5_000_000_000,
  quotaMessages: 10_000,
};

export const accountCases: readonly Case[] = [
  {
    title: 'a login that nobody created is nobody, to every process',
    run: async (ground) => {
      const login = ground.login();
      expect(await ground.store.accounts.read(login, ground.budget())).toBeUndefined();
      expect(await ground.other.accounts.read(login, ground.budget())).toBeUndefined();
    },
  },
  {
    title: 'an account is read by another process as it was created',
    run: async (ground) => {
      const login = ground.login();
      const earliestMs = Date.now() - 5_000;
      const outcome = await ground.store.accounts.create(login, settings, [INBOX, OUTBOX], ground.budget());
      expect(outcome).toBe('created');
      const account = await readAccount(ground, login);
      expect(account).toMatchObject({ login, settings });
      expect(account.mailboxes.toSorted()).toEqual([INBOX, OUTBOX]);
      expect(account.createdAtMs).toBeGreaterThan(earliestMs);
      expect(account.createdAtMs).toBeLessThan(Date.now() + 120_000);
    },
  },
  {
    title: 'the mailboxes of an account are sorted, whatever the order in which they were added',
    run: async (ground) => {
      const [first, second, third, fourth] = ['alpha', 'beta', 'gamma', 'omega'].map(parseMailboxName);
      if (!first || !second || !third || !fourth) throw new Error('there are four');
      const login = ground.login();
      await ground.store.accounts.create(login, settings, [fourth, second], ground.budget());
      for (const mailbox of [third, first]) {
        const account = await readAccount(ground, login);
        await ground.store.accounts.addMailbox(account, mailbox, ground.budget());
      }
      expect((await readAccount(ground, login)).mailboxes).toEqual([first, second, third, fourth]);
    },
  },
  {
    title: 'an account without quotas, and one without mailboxes, is read as such',
    run: async (ground) => {
      const login = ground.login();
      const plain = { passwordHash: '', isDisabled: true };
      await ground.store.accounts.create(login, plain, [], ground.budget());
      const account = await readAccount(ground, login);
      expect(account.settings).toEqual(plain);
      expect(account.mailboxes).toEqual([]);
    },
  },
  {
    title: 'that an account is being removed is remembered, and forgotten when it stays',
    run: async (ground) => {
      const account = await newAccount(ground);
      const leaving = { ...account.settings, isDisabled: true, removalBeganAtMs: 1_700_000_000_123 };
      await ground.store.accounts.change(account, leaving, ground.budget());
      const marked = await readAccount(ground, account.login);
      expect(marked.settings).toEqual(leaving);
      await ground.other.accounts.change(marked, account.settings, ground.budget());
      expect((await readAccount(ground, account.login)).settings).toEqual(account.settings);
    },
  },
  {
    title: 'a mailbox that is being removed is remembered as leaving, until it is there again or gone',
    run: async (ground) => {
      const account = await newAccount(ground);
      const { login } = account;
      await ground.store.accounts.addMailbox(account, ARCHIVE, ground.budget());
      const names = await mailboxesOf(ground, login);
      const mark = async (beganAtMs: number) =>
        ground.store.accounts.markMailbox(
          await readAccount(ground, login),
          ARCHIVE,
          beganAtMs,
          ground.budget(),
        );
      for (const beganAtMs of [1_700_000_000_123, 1_700_000_000_456]) {
        expect(await mark(beganAtMs)).toBe('changed');
        const { mailboxes, leavingMailboxes } = await readAccount(ground, login);
        expect(mailboxes).toEqual(names.filter((name) => name !== ARCHIVE));
        expect(leavingMailboxes).toEqual(new Map([[ARCHIVE, beganAtMs]]));
      }
      const leaving = await readAccount(ground, login);
      expect(await ground.other.accounts.addMailbox(leaving, ARCHIVE, ground.budget())).toBe('changed');
      expect(await readAccount(ground, login)).toMatchObject({
        mailboxes: names,
        leavingMailboxes: new Map(),
      });
      await mark(1);
      const again = await readAccount(ground, login);
      expect(await ground.other.accounts.removeMailbox(again, ARCHIVE, ground.budget())).toBe('changed');
      const gone = await readAccount(ground, login);
      expect([gone.mailboxes, gone.leavingMailboxes]).toEqual([leaving.mailboxes, new Map()]);
    },
  },
  {
    title: 'creating a login that exists says so and leaves it as it is',
    run: async (ground) => {
      const account = await newAccount(ground);
      for (const store of [ground.store, ground.other]) {
        const outcome = await store.accounts.create(
          account.login,
          { passwordHash: 'other', isDisabled: true },
          [ARCHIVE],
          ground.budget(),
        );
        expect(outcome).toBe('exists');
      }
      expect(await readAccount(ground, account.login)).toEqual(account);
    },
  },
  {
    title: 'of several who create the same login at once exactly one does, and all of his account is there',
    run: async (ground) => {
      const login = ground.login();
      const boxes = ['a', 'b', 'c', 'd'].map(parseMailboxName);
      const outcomes = await Promise.all(
        boxes.map((box, at) =>
          processOf(ground, at).accounts.create(
            login,
            { passwordHash: box, isDisabled: false },
            [box],
            ground.budget(),
          ),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      const account = await readAccount(ground, login);
      const winner = boxes[outcomes.indexOf('created')];
      expect(account.settings.passwordHash).toBe(winner);
      expect(account.mailboxes).toEqual([winner]);
    },
  },
  {
    title: 'a change replaces all settings, keeps the mailboxes and is seen by every process',
    run: async (ground) => {
      const account = await newAccount(ground);
      const changed = { passwordHash: 'new', isDisabled: true };
      expect(await ground.store.accounts.change(account, changed, ground.budget())).toBe('changed');
      const now = await readAccount(ground, account.login);
      expect(now.settings).toEqual(changed);
      expect(now.mailboxes).toEqual(account.mailboxes);
      expect(now.createdAtMs).toBe(account.createdAtMs);
      expect(now.version).not.toBe(account.version);
    },
  },
  {
    title: 'a change decided on a state that is no more is a conflict and changes nothing',
    run: async (ground) => {
      const stale = await newAccount(ground);
      await ground.store.accounts.change(stale, { ...settings, isDisabled: true }, ground.budget());
      const current = await readAccount(ground, stale.login);
      for (const { accounts } of [ground.store, ground.other]) {
        expect(await accounts.change(stale, settings, ground.budget())).toBe('conflict');
        expect(await accounts.addMailbox(stale, ARCHIVE, ground.budget())).toBe('conflict');
        expect(await accounts.markMailbox(stale, INBOX, 1, ground.budget())).toBe('conflict');
        expect(await accounts.removeMailbox(stale, INBOX, ground.budget())).toBe('conflict');
        expect(await accounts.remove(stale, ground.budget())).toBe('conflict');
      }
      expect(await readAccount(ground, stale.login)).toEqual(current);
    },
  },
  {
    title: 'of several changes decided on one state exactly one is made',
    run: async (ground) => {
      for (let times = 0; times < 3; times += 1) {
        const account = await newAccount(ground);
        const hashes = ['one', 'two', 'three', 'four'];
        const outcomes = await Promise.all(
          hashes.map((passwordHash, at) =>
            processOf(ground, at).accounts.change(
              account,
              { passwordHash, isDisabled: false },
              ground.budget(),
            ),
          ),
        );
        expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1);
        const winner = hashes[outcomes.indexOf('changed')];
        expect((await readAccount(ground, account.login)).settings.passwordHash).toBe(winner);
      }
    },
  },
  {
    title: 'of a change and a removal decided on one state exactly one happens',
    run: async (ground) => {
      const account = await newAccount(ground);
      const outcomes = await Promise.all([
        ground.store.accounts.change(account, { ...settings, isDisabled: true }, ground.budget()),
        ground.other.accounts.remove(account, ground.budget()),
      ]);
      expect(outcomes.filter((outcome) => outcome !== 'conflict')).toHaveLength(1);
      const now = await ground.other.accounts.read(account.login, ground.budget());
      expect(now === undefined).toBe(outcomes[1] === 'removed');
    },
  },
  {
    title: 'mailbox names are added and removed one by one, in any script',
    run: async (ground) => {
      const { login } = await newAccount(ground);
      const names = demandingAddresses().map(({ mailbox }) => mailbox);
      for (const name of names) {
        const account = await readAccount(ground, login);
        expect(await ground.store.accounts.addMailbox(account, name, ground.budget())).toBe('changed');
      }
      expect(await mailboxesOf(ground, login)).toEqual([INBOX, OUTBOX, ...names].toSorted());
      for (const name of names) {
        const account = await readAccount(ground, login);
        expect(await ground.store.accounts.removeMailbox(account, name, ground.budget())).toBe('changed');
      }
      expect(await mailboxesOf(ground, login)).toEqual([INBOX, OUTBOX]);
    },
  },
  {
    title: 'the last mailbox name can go, and the account stays',
    run: async (ground) => {
      const login = ground.login();
      await ground.store.accounts.create(login, settings, [INBOX], ground.budget());
      const account = await readAccount(ground, login);
      expect(await ground.store.accounts.removeMailbox(account, INBOX, ground.budget())).toBe('changed');
      const emptied = await readAccount(ground, login);
      expect(emptied).toMatchObject({ settings, mailboxes: [] });
      expect(await ground.store.accounts.addMailbox(emptied, ARCHIVE, ground.budget())).toBe('changed');
      expect(await mailboxesOf(ground, login)).toEqual([ARCHIVE]);
    },
  },
  {
    title: 'adding a mailbox name that is there, or removing one that is not, leaves the names as they are',
    run: async (ground) => {
      const { login } = await newAccount(ground);
      const names = await mailboxesOf(ground, login);
      const account = await readAccount(ground, login);
      expect(await ground.store.accounts.addMailbox(account, INBOX, ground.budget())).toBe('changed');
      const again = await readAccount(ground, login);
      expect(await ground.store.accounts.removeMailbox(again, ARCHIVE, ground.budget())).toBe('changed');
      expect(await mailboxesOf(ground, login)).toEqual(names);
    },
  },
  {
    title: 'a removed account is nobody; created anew it has nothing of the former',
    run: async (ground) => {
      const former = await newAccount(ground);
      expect(await ground.store.accounts.remove(former, ground.budget())).toBe('removed');
      expect(await ground.other.accounts.read(former.login, ground.budget())).toBeUndefined();
      expect(await ground.other.accounts.change(former, settings, ground.budget())).toBe('conflict');
      expect(await ground.other.accounts.addMailbox(former, ARCHIVE, ground.budget())).toBe('conflict');
      expect(await ground.other.accounts.remove(former, ground.budget())).toBe('conflict');
      expect(await ground.other.accounts.read(former.login, ground.budget())).toBeUndefined();
      const plain = { passwordHash: 'anew', isDisabled: false };
      const outcome = await ground.other.accounts.create(former.login, plain, [ARCHIVE], ground.budget());
      expect(outcome).toBe('created');
      const anew = await readAccount(ground, former.login);
      expect(anew).toMatchObject({ settings: plain, mailboxes: [ARCHIVE] });
      expect(anew.settings).toEqual(plain);
      expect(await ground.store.accounts.change(former, settings, ground.budget())).toBe('conflict');
    },
  },
  {
    title: 'logins that begin alike are different accounts, and removing one leaves the others',
    run: async (ground) => {
      const logins = [...new Set(twinAddresses().map((address) => address.login))];
      for (const login of logins) {
        const own = { passwordHash: login, isDisabled: false };
        expect(await ground.store.accounts.create(login, own, [INBOX], ground.budget())).toBe('created');
      }
      const [first, ...others] = logins;
      if (first === undefined) throw new Error('there are several');
      await ground.store.accounts.remove(await readAccount(ground, first), ground.budget());
      for (const login of others) {
        expect((await readAccount(ground, login)).settings.passwordHash).toBe(login);
      }
    },
  },
  {
    title: 'an account with more mailboxes than fit a page is read and listed as one',
    run: async (ground) => {
      const login = ground.login('rich');
      const names = Array.from({ length: 700 }, (_, at) => parseMailboxName(`box ${at}`));
      await ground.store.accounts.create(login, settings, names, ground.budget());
      expect(await mailboxesOf(ground, login)).toEqual(names.toSorted());
      const listed = await gather(ground.other.accounts.list(ground.budget()));
      const ours = listed.filter((account) => account.login === login);
      expect(ours.map((account) => account.mailboxes.toSorted())).toEqual([names.toSorted()]);
    },
  },
  {
    title: 'all accounts are listed once, whole, over several pages',
    run: async (ground) => {
      const logins = Array.from({ length: 40 }, () => ground.login('listed'));
      for (const login of logins) {
        await ground.store.accounts.create(login, settings, [INBOX, ARCHIVE], ground.budget());
      }
      const listed = await gather(ground.other.accounts.list(ground.budget()));
      const ours = listed.filter(({ login }) => login.startsWith('listed-'));
      expect(ours.map(({ login }) => login).toSorted()).toEqual(logins.toSorted());
      for (const account of ours) {
        expect(account.settings).toEqual(settings);
        expect(account.mailboxes.toSorted()).toEqual([ARCHIVE, INBOX]);
      }
    },
  },
];

/** The first, the second, the first … */
export function processOf(ground: Ground, at: number): Store {
  return at % 2 === 0 ? ground.store : ground.other;
}

async function newAccount(ground: Ground): Promise<Account> {
  const login = ground.login();
  await ground.store.accounts.create(login, settings, [INBOX, OUTBOX], ground.budget());
  return readAccount(ground, login);
}

async function readAccount(ground: Ground, login: Login): Promise<Account> {
  const account = await ground.other.accounts.read(login, ground.budget());
  if (account === undefined) throw new Error('the account is not there');
  return account;
}

async function mailboxesOf(ground: Ground, login: Login): Promise<MailboxName[]> {
  return [...(await readAccount(ground, login)).mailboxes].toSorted();
}
