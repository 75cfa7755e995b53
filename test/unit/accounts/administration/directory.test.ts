import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Administration } from '../../../../src/accounts/administration/administration.js';
import { MOST_TARGETS } from '../../../../src/accounts/administration/aliases.js';
import { Failure } from '../../../../src/base/failure.js';
import { parseDomain } from '../../../../src/mail/domain-name.js';
import { parseLogin } from '../../../../src/mail/login.js';
import { failureOfPromise } from '../../../failure-from.js';
import type { DirectoryStore } from '../../../../src/store/api/directory.js';
import { anne, bob, Ground, replaced } from './ground.js';

const info = parseLogin('info@example.com');
const example = parseDomain('example.org');

let ground: Ground;
let administration: Administration;
beforeEach(async () => {
  ground = await Ground.make();
  administration = ground.administration();
  const quota = { bytes: undefined, messages: undefined };
  await administration.users.add({ address: anne, password: 'x', quota }, ground.budget);
});
afterEach(() => ground.dispose());

const codeOf = async (call: Promise<unknown>) => (await failureOfPromise(call)).code;

const addAlias = (targets: readonly string[], replace = false, address = info) =>
  administration.aliases.add({ address, targets, replace }, ground.budget);

const addDomain = (catchAll?: string, replace = false, name = example) =>
  administration.domains.add({ name, catchAll, replace }, ground.budget);

const removeDomain = (name = example, force = false) =>
  administration.domains.remove(name, { force }, ground.budget);

describe('an alias', () => {
  it('leads to users, to other aliases and out of here', async () => {
    await addAlias(['anne@example.com']);
    const targets = ['Anne+Lists@Example.COM', 'info@example.com', 'Carl@ELSEWHERE.example'];
    const alias = await addAlias(targets, false, parseLogin('all@example.com'));
    expect(alias.targets).toEqual(['anne+lists@example.com', 'info@example.com', 'Carl@elsewhere.example']);
    expect(await administration.aliases.show(alias.address, ground.budget)).toEqual(alias);
    const listed = await administration.aliases.list(ground.budget);
    expect(listed.map(({ address }) => address)).toEqual(['all@example.com', 'info@example.com']);
    expect(await administration.aliases.leadingTo(info, ground.budget)).toEqual(['all@example.com']);
  });

  it('may be spelt as mail spells it', async () => {
    const address = await administration.loginOf('"Info Desk"@Example.com', ground.budget);
    expect(address).toBe('info desk@example.com');
    expect(await administration.loginOf('info desk@example.com', ground.budget)).toBe(address);
    expect(await addAlias(['"John  Doe"@elsewhere.example'], false, address)).toEqual({
      address,
      targets: ['"John  Doe"@elsewhere.example'],
    });
    for (const typed of ['"half', '"a|b"@example.com']) {
      await expect(administration.loginOf(typed, ground.budget)).rejects.toThrow(Failure);
    }
  });

  it('may be typed without the domain where there is one for that', async () => {
    await expect(administration.loginOf('anne', ground.budget)).rejects.toThrow('has no domain');
    const atHome = ground.administration({ homeDomain: { find: async () => 'example.com' } });
    expect(await atHome.loginOf('Anne', ground.budget)).toBe(anne);
  });

  it('names each target once', async () => {
    expect((await addAlias([anne, 'ANNE@example.com'])).targets).toEqual([anne]);
  });

  it.each([
    [['nobody@example.com'], 'target-unknown'],
    [['info@example.com'], 'target-unknown'],
    [['no address'], 'address-invalid'],
    [['postmaster'], 'address-invalid'],
    [[], 'name-invalid'],
    [Array.from({ length: MOST_TARGETS + 1 }, (_, n) => `a${n}@elsewhere.example`), 'name-invalid'],
  ])('cannot lead to %j', async (targets, code) => {
    expect(await codeOf(addAlias(targets))).toBe(code);
  });

  it('may lead anywhere in a domain with a catch-all', async () => {
    await administration.domains.add({ name: example, catchAll: anne, replace: false }, ground.budget);
    expect((await addAlias(['nobody@example.org'])).targets).toEqual(['nobody@example.org']);
  });

  it("on a user's own address is refused, since it would never take effect", async () => {
    const failure = await failureOfPromise(addAlias(['x@elsewhere.example'], false, anne));
    expect([failure.code, failure.message]).toEqual(['user-exists', expect.stringContaining(anne)]);
    expect(await codeOf(addAlias(['x@elsewhere.example'], true, anne))).toBe('user-exists');
    expect(await administration.aliases.list(ground.budget)).toEqual([]);
  });

  it('gives way to a user of its address who was added at the same moment', async () => {
    const writeAlias: DirectoryStore['writeAlias'] = async (alias, budget) => {
      const { accounts, directory } = ground.store;
      await accounts.create(info, { passwordHash: 'x', isDisabled: false }, [], budget);
      return directory.writeAlias(alias, budget);
    };
    const slow = ground.administration({ directory: replaced(ground.store.directory, { writeAlias }) });
    const adding = slow.aliases.add({ address: info, targets: [anne], replace: false }, ground.budget);
    expect(await codeOf(adding)).toBe('user-exists');
    expect(await administration.aliases.list(ground.budget)).toEqual([]);
    expect(await ground.store.accounts.read(info, ground.budget)).toBeDefined();
  });

  it('does not list itself', async () => {
    expect(await codeOf(addAlias([anne, info]))).toBe('target-unknown');
    await addAlias([anne]);
    expect(await codeOf(addAlias([anne, info], true))).toBe('target-unknown');
  });

  it('is in a domain of ours', async () => {
    expect(await codeOf(addAlias([anne], false, parseLogin('info@elsewhere.example')))).toBe(
      'domain-unknown',
    );
  });

  it('that is there is replaced only when that is asked for', async () => {
    await addAlias([anne]);
    expect(await codeOf(addAlias(['x@elsewhere.example']))).toBe('alias-exists');
    expect((await addAlias(['x@elsewhere.example'], true)).targets).toEqual(['x@elsewhere.example']);
  });

  it('is removed, once', async () => {
    await addAlias([anne]);
    await administration.aliases.remove(info, ground.budget);
    expect(await codeOf(administration.aliases.remove(info, ground.budget))).toBe('alias-unknown');
    expect(await codeOf(administration.aliases.show(info, ground.budget))).toBe('alias-unknown');
  });
});

describe('a domain', () => {
  it('is added beside those of the configuration, which are shown as such', async () => {
    await addDomain(anne);
    expect(await administration.domains.list(ground.budget)).toEqual([
      { name: 'example.com', origin: 'configuration', catchAll: undefined },
      { name: 'example.org', origin: 'added', catchAll: anne },
    ]);
  });

  it('gets another catch-all only when that is asked for, also one of the configuration', async () => {
    await addDomain();
    expect(await codeOf(addDomain(anne))).toBe('domain-exists');
    expect(await addDomain(anne, true)).toMatchObject({ catchAll: anne });
    expect(await addDomain(undefined, true)).toMatchObject({ catchAll: undefined });
    const configured = parseDomain('example.com');
    expect(await codeOf(addDomain(anne, false, configured))).toBe('domain-exists');
    expect(await addDomain(anne, true, configured)).toEqual({
      name: configured,
      origin: 'configuration',
      catchAll: anne,
    });
  });

  it('catches nothing for somebody who is not there', async () => {
    expect(await codeOf(addDomain(bob))).toBe('target-unknown');
  });

  it('is removed, unless the configuration names it or there is none', async () => {
    await addDomain();
    await removeDomain();
    expect(await codeOf(removeDomain())).toBe('domain-unknown');
    expect(await codeOf(removeDomain(parseDomain('example.com'), true))).toBe('domain-configured');
  });

  it('with users in it is removed only when forced', async () => {
    await addDomain();
    const quota = { bytes: undefined, messages: undefined };
    for (const name of ['a', 'b', 'c', 'd']) {
      const address = parseLogin(`${name}@example.org`);
      await administration.users.add({ address, password: 'x', quota }, ground.budget);
    }
    const failure = await failureOfPromise(removeDomain());
    expect(failure.code).toBe('domain-in-use');
    expect(failure.message).toMatch(/\(.@example\.org, .@example\.org, .@example\.org and more\)/);
    await removeDomain(example, true);
    expect(await codeOf(removeDomain())).toBe('domain-unknown');
  });
});
