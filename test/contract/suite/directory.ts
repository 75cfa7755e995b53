// Domains and aliases: read exactly as written, changed by exactly one of those who try.
import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { parseDomain, type DomainName } from '../../../src/mail/domain-name.js';
import type { Alias, Domain } from '../../../src/store/types.js';
import { processOf } from './accounts.js';
import type { Case } from './case.js';
import type { Ground } from './ground.js';
import { gather } from './reading.js';

export const directoryCases: readonly Case[] = [
  {
    title: 'a domain and an alias that nobody wrote are not there',
    run: async (ground) => {
      expect(await ground.store.directory.readDomain(newDomainName(), ground.budget())).toBeUndefined();
      expect(await ground.store.directory.readAlias(ground.login(), ground.budget())).toBeUndefined();
    },
  },
  {
    title: 'domains, with and without a catch-all, are read by another process as written',
    run: async (ground) => {
      const plain = { name: newDomainName() };
      const caught = { name: newDomainName(), catchAll: 'p\u{f6}st@example.org' };
      for (const domain of [plain, caught]) {
        expect(await ground.store.directory.writeDomain(domain, ground.budget())).toBe('written');
        const { version, ...read } = await readDomain(ground, domain.name);
        expect(read).toEqual(domain);
        expect(version).not.toBe('');
      }
    },
  },
  {
    title: 'a change of a domain replaces the whole of it, the catch-all included',
    run: async (ground) => {
      const name = newDomainName();
      await ground.store.directory.writeDomain({ name, catchAll: 'all@example.org' }, ground.budget());
      const { version } = await readDomain(ground, name);
      expect(await ground.store.directory.writeDomain({ name, version }, ground.budget())).toBe('written');
      const now = await readDomain(ground, name);
      expect(now.catchAll).toBeUndefined();
      expect(now.version).not.toBe(version);
    },
  },
  {
    title:
      'creating what exists, and changing or removing what changed since, is a conflict that changes nothing',
    run: async (ground) => {
      const name = newDomainName();
      await ground.store.directory.writeDomain({ name }, ground.budget());
      const stale = await readDomain(ground, name);
      await ground.store.directory.writeDomain({ ...stale, catchAll: 'now@example.org' }, ground.budget());
      const current = await readDomain(ground, name);
      const { directory } = ground.other;
      expect(await directory.writeDomain({ name, catchAll: 'a@b.example' }, ground.budget())).toBe(
        'conflict',
      );
      expect(await directory.writeDomain({ ...stale, catchAll: 'a@b.example' }, ground.budget())).toBe(
        'conflict',
      );
      expect(await directory.removeDomain(stale, ground.budget())).toBe('conflict');
      expect(await readDomain(ground, name)).toEqual(current);
    },
  },
  {
    title: 'a removed domain is gone, is not changed any more, and can be created anew',
    run: async (ground) => {
      const name = newDomainName();
      await ground.store.directory.writeDomain({ name, catchAll: 'all@example.org' }, ground.budget());
      const former = await readDomain(ground, name);
      const { directory } = ground.store;
      expect(await directory.removeDomain(former, ground.budget())).toBe('removed');
      expect(await ground.other.directory.readDomain(name, ground.budget())).toBeUndefined();
      expect(await directory.removeDomain(former, ground.budget())).toBe('conflict');
      expect(await directory.writeDomain(former, ground.budget())).toBe('conflict');
      expect(await directory.writeDomain({ name }, ground.budget())).toBe('written');
      expect((await readDomain(ground, name)).catchAll).toBeUndefined();
    },
  },
  {
    title: 'an alias keeps its targets in order, as many and in whatever script they are',
    run: async (ground) => {
      const address = ground.login('\u{433}\u{440}\u{443}\u{43f}\u{43f}\u{430}');
      const targets = Array.from({ length: 200 }, (_, at) => `\u{1f43f}${200 - at}@example.org`);
      await ground.store.directory.writeAlias({ address, targets }, ground.budget());
      expect((await readAlias(ground, address)).targets).toEqual(targets);
    },
  },
  {
    title: 'of several who write the same alias at once exactly one does, each time',
    run: async (ground) => {
      const address = ground.login();
      let version: string | undefined;
      for (let times = 0; times < 3; times += 1) {
        const base = version === undefined ? { address } : { address, version };
        const targets = ['one', 'two', 'three', 'four'].map((name) => `${name}${times}@example.org`);
        const outcomes = await Promise.all(
          targets.map((target, at) =>
            processOf(ground, at).directory.writeAlias({ ...base, targets: [target] }, ground.budget()),
          ),
        );
        expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
        const alias = await readAlias(ground, address);
        expect(alias.targets).toEqual([targets[outcomes.indexOf('written')]]);
        version = alias.version;
      }
    },
  },
  {
    title: 'a removed alias is gone and a stale one is not removed',
    run: async (ground) => {
      const address = ground.login();
      await ground.store.directory.writeAlias({ address, targets: ['a@example.org'] }, ground.budget());
      const stale = await readAlias(ground, address);
      await ground.store.directory.writeAlias({ ...stale, targets: ['b@example.org'] }, ground.budget());
      expect(await ground.other.directory.removeAlias(stale, ground.budget())).toBe('conflict');
      const current = await readAlias(ground, address);
      expect(current.targets).toEqual(['b@example.org']);
      expect(await ground.other.directory.removeAlias(current, ground.budget())).toBe('removed');
      expect(await ground.store.directory.readAlias(address, ground.budget())).toBeUndefined();
    },
  },
  {
    title: 'all domains and aliases are listed, each once and as it is',
    run: async (ground) => {
      const names = Array.from({ length: 15 }, newDomainName);
      const addresses = Array.from({ length: 15 }, () => ground.login('alias'));
      for (const name of names) await ground.store.directory.writeDomain({ name }, ground.budget());
      for (const address of addresses) {
        await ground.store.directory.writeAlias({ address, targets: [address] }, ground.budget());
      }
      const domains = await gather(ground.other.directory.listDomains(ground.budget()));
      expect(namesOf(domains).filter((name) => names.includes(name))).toEqual(names.toSorted());
      const aliases = await gather(ground.other.directory.listAliases(ground.budget()));
      const ours = aliases.filter(({ address }) => addresses.includes(address));
      expect(ours.flatMap(({ targets }) => targets).toSorted()).toEqual(addresses.toSorted());
    },
  },
];

function namesOf(domains: readonly Domain[]): DomainName[] {
  return domains.map(({ name }) => name).toSorted();
}

function newDomainName(): DomainName {
  return parseDomain(`${randomUUID()}.example`);
}

async function readDomain(ground: Ground, name: DomainName): Promise<Domain> {
  const domain = await ground.other.directory.readDomain(name, ground.budget());
  if (domain === undefined) throw new Error('the domain is not there');
  return domain;
}

async function readAlias(ground: Ground, address: Alias['address']): Promise<Alias> {
  const alias = await ground.other.directory.readAlias(address, ground.budget());
  if (alias === undefined) throw new Error('the alias is not there');
  return alias;
}
