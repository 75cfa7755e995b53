import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Administration } from '../../../../src/accounts/administration/administration.js';
import { Budget } from '../../../../src/base/budget.js';
import { parseDomain } from '../../../../src/mail/domain-name.js';
import { parseLogin } from '../../../../src/mail/login.js';
import { OUTBOX } from '../../../../src/mail/mailbox-name.js';
import type { AccountStore } from '../../../../src/store/api/accounts.js';
import { failureOfPromise } from '../../../failure-from.js';
import { anne, bob, Ground, replaced } from './ground.js';

const noQuota = { bytes: undefined, messages: undefined };

describe('a user', () => {
  let ground: Ground;
  let administration: Administration;
  beforeEach(async () => {
    ground = await Ground.make();
    administration = ground.administration();
  });
  afterEach(() => ground.dispose());

  const add = (address = anne, password: string | undefined = 'secret') =>
    administration.users.add({ address, password, quota: noQuota }, ground.budget);

  it('is made with inbox and outbox, enabled, and only a hash of the password is kept', async () => {
    const { user, generatedPassword, addedDomain } = await add();
    expect(user).toMatchObject({ address: anne, isDisabled: false, mailboxes: ['inbox', 'outbox'] });
    expect([generatedPassword, addedDomain]).toEqual([undefined, undefined]);
    const account = await ground.store.accounts.read(anne, ground.budget);
    expect(account?.settings).toEqual({ passwordHash: 'hash of secret', isDisabled: false });
    expect(JSON.stringify(user)).not.toContain('secret');
  });

  it('without a password gets one that nobody guesses and everybody can read', async () => {
    const { generatedPassword } = await administration.users.add(
      { address: anne, password: undefined, quota: noQuota },
      ground.budget,
    );
    expect(generatedPassword).toMatch(/^[0-9a-hjkmnp-tv-z]{5}(-[0-9a-hjkmnp-tv-z]{5}){3}$/);
    const account = await ground.store.accounts.read(anne, ground.budget);
    expect(account?.settings.passwordHash).toBe(`hash of ${generatedPassword}`);
  });

  it('is made once', async () => {
    await add();
    expect((await failureOfPromise(add(anne, 'other'))).code).toBe('user-exists');
    const account = await ground.store.accounts.read(anne, ground.budget);
    expect(account?.settings.passwordHash).toBe('hash of secret');
  });

  it('is made once also when somebody else is faster by a hair', async () => {
    const slow = ground.administration({
      hashPassword: async (password) => {
        await add();
        return password;
      },
    });
    const second = slow.users.add({ address: anne, password: 'x', quota: noQuota }, ground.budget);
    expect((await failureOfPromise(second)).code).toBe('user-exists');
  });

  it('belongs to a domain of ours; the refusal names the command that adds it', async () => {
    const failure = await failureOfPromise(add(parseLogin('anne@elsewhere.example')));
    expect(failure.code).toBe('domain-unknown');
    expect(failure.message).toContain('cassmail domain add elsewhere.example');
  });

  it('who is the first, of a service without any domain, brings his own', async () => {
    ground.domains = [];
    expect((await add()).addedDomain).toBe('example.com');
    expect((await add(bob)).addedDomain).toBeUndefined();
    const domains = await administration.domains.list(ground.budget);
    expect(domains).toEqual([{ name: 'example.com', origin: 'added', catchAll: undefined }]);
    expect((await failureOfPromise(add(parseLogin('carl@exmaple.com')))).code).toBe('domain-unknown');
  });

  it('may live in a domain that was added by command', async () => {
    const name = parseDomain('example.org');
    await administration.domains.add({ name, catchAll: undefined, replace: false }, ground.budget);
    expect((await add(parseLogin('anne@example.org'))).user.address).toBe('anne@example.org');
  });

  it('is not made with what cannot be a password, and nothing else is made either', async () => {
    ground.domains = [];
    expect((await failureOfPromise(add(anne, ''))).code).toBe('password-invalid');
    expect(await ground.store.accounts.read(anne, ground.budget)).toBeUndefined();
    expect(await administration.domains.list(ground.budget)).toEqual([]);
  });

  it('over an alias is refused, since the alias would silently be hidden', async () => {
    await add(bob);
    await administration.aliases.add({ address: anne, targets: [bob], replace: false }, ground.budget);
    const failure = await failureOfPromise(add());
    expect([failure.code, failure.message]).toEqual(['alias-exists', expect.stringContaining(bob)]);
    expect(await ground.store.accounts.read(anne, ground.budget)).toBeUndefined();
  });

  it('gives way to an alias of that address which was added at the same moment', async () => {
    await add(bob);
    const create: AccountStore['create'] = async (...given) => {
      await ground.store.directory.writeAlias({ address: anne, targets: [bob] }, ground.budget);
      return ground.store.accounts.create(...given);
    };
    const slow = ground.administration({ accounts: replaced(ground.store.accounts, { create }) });
    const adding = slow.users.add({ address: anne, password: 'x', quota: noQuota }, ground.budget);
    expect((await failureOfPromise(adding)).code).toBe('alias-exists');
    expect(await ground.store.accounts.read(anne, ground.budget)).toBeUndefined();
  });

  it('keeps what came since making him began: somebody else may have made him meanwhile', async () => {
    ground.time.setWall(Date.now() - 60_000);
    await ground.deliver(anne);
    await add();
    expect(await ground.countIn(anne)).toBe(1);
  });

  it('keeps the mail of who was added while another was at adding the same, however late that one goes on', async () => {
    ground.time.setWall(Date.now());
    const slow = ground.administration({
      hashPassword: async (password) => {
        await add();
        await ground.deliver(anne);
        await ground.time.advance(600_000);
        return password;
      },
    });
    const budget = Budget.of(ground.time, 3_600_000);
    const second = slow.users.add({ address: anne, password: 'x', quota: noQuota }, budget);
    expect((await failureOfPromise(second)).code).toBe('user-exists');
    expect(await ground.countIn(anne)).toBe(1);
  });

  it('does not get to read what an earlier user of the address left behind', async () => {
    await ground.deliver(anne);
    await ground.deliver(anne, OUTBOX);
    const { user } = await add();
    expect([await ground.countIn(anne), await ground.countIn(anne, OUTBOX)]).toEqual([0, 0]);
    expect(user.isDisabled).toBe(false);
  });

  it('is disabled and enabled, with all else as it was', async () => {
    await add();
    expect((await administration.users.disable(anne, ground.budget)).isDisabled).toBe(true);
    const account = await ground.store.accounts.read(anne, ground.budget);
    expect(account?.settings).toEqual({ passwordHash: 'hash of secret', isDisabled: true });
    expect((await administration.users.enable(anne, ground.budget)).isDisabled).toBe(false);
  });

  it('gets a new password, given or made up', async () => {
    await add();
    expect(await administration.users.changePassword(anne, 'better', ground.budget)).toBeUndefined();
    const account = await ground.store.accounts.read(anne, ground.budget);
    expect(account?.settings.passwordHash).toBe('hash of better');
    expect(await administration.users.changePassword(anne, undefined, ground.budget)).toMatch(/-.*-/);
  });

  it('gets a quota, and loses it again', async () => {
    await add();
    const quota = { bytes: 1_000_000, messages: undefined };
    expect(await administration.users.setQuota(anne, quota, ground.budget)).toMatchObject({
      quotaBytes: 1_000_000,
      quotaMessages: undefined,
    });
    expect(await administration.users.setQuota(anne, noQuota, ground.budget)).toMatchObject({
      quotaBytes: undefined,
    });
    const account = await ground.store.accounts.read(anne, ground.budget);
    expect(account?.settings).toEqual({ passwordHash: 'hash of secret', isDisabled: false });
  });

  it('who is unknown cannot be shown or changed', async () => {
    const { users } = administration;
    const calls = [
      users.show(bob, ground.budget),
      users.changePassword(bob, 'x', ground.budget),
      users.disable(bob, ground.budget),
      users.setQuota(bob, noQuota, ground.budget),
    ];
    const failures = await Promise.all(calls.map((call) => failureOfPromise(call)));
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['user-unknown']));
  });
});

describe('users that are listed', () => {
  let ground: Ground;
  let administration: Administration;
  beforeEach(async () => {
    ground = await Ground.make();
    ground.domains = ['example.com', 'example.org'];
    administration = ground.administration();
    for (const address of ['bob@example.com', 'anne@example.com', 'carl@example.org']) {
      const user = { address: parseLogin(address), password: 'x', quota: noQuota };
      await administration.users.add(user, ground.budget);
    }
  });
  afterEach(() => ground.dispose());

  const listed = async (domain: string | undefined, limit: number) => {
    const options = { domain: domain === undefined ? undefined : parseDomain(domain), limit };
    const { users, isComplete } = await administration.users.list(options, ground.budget);
    return { addresses: users.map(({ address }) => address), isComplete };
  };

  it('come by their address, of all domains or of one', async () => {
    const all = ['anne@example.com', 'bob@example.com', 'carl@example.org'];
    expect(await listed(undefined, 3)).toEqual({ addresses: all, isComplete: true });
    expect(await listed('example.org', 3)).toEqual({ addresses: ['carl@example.org'], isComplete: true });
  });

  it('are no more than asked for, and it is said that there are others', async () => {
    const { addresses, isComplete } = await listed(undefined, 2);
    expect([addresses.length, isComplete]).toEqual([2, false]);
  });
});

describe('a change that others are faster with', () => {
  let ground: Ground;
  beforeEach(async () => {
    ground = await Ground.make();
    await ground.administration().users.add({ address: anne, password: 'x', quota: noQuota }, ground.budget);
  });
  afterEach(() => ground.dispose());

  /** Accounts of which somebody changes each that was read, `times` times. */
  function contested(times: number): Administration {
    const { accounts } = ground.store;
    let left = times;
    const read: typeof accounts.read = async (login, budget) => {
      const account = await accounts.read(login, budget);
      if (account !== undefined && left > 0) {
        left -= 1;
        await accounts.change(account, { ...account.settings, quotaMessages: left }, budget);
      }
      return account;
    };
    return ground.administration({ accounts: replaced(accounts, { read }) });
  }

  it('is made to what they have left', async () => {
    const { users } = contested(3);
    expect(await users.disable(anne, ground.budget)).toMatchObject({ isDisabled: true, quotaMessages: 0 });
  });

  it('is given up after a few times', async () => {
    const failure = await failureOfPromise(contested(100).users.disable(anne, ground.budget));
    expect(failure.code).toBe('changed-meanwhile');
  });
});
