import { beforeEach, describe, expect, it } from '@jest/globals';
import { HomeDomain } from '../../../src/accounts/home-domain.js';
import { Budget } from '../../../src/base/budget.js';
import { VirtualTime } from '../../virtual-time.js';
import { AccountTable } from './account-table.js';

describe('the domain of a name without one', () => {
  let time: VirtualTime;
  let table: AccountTable;
  let defaultDomain: string | undefined;
  let home: HomeDomain;

  beforeEach(() => {
    time = new VirtualTime();
    table = new AccountTable();
    defaultDomain = undefined;
    home = new HomeDomain({
      accounts: table,
      directory: table,
      clock: time,
      timers: time,
      settings: () => ({ defaultDomain }),
    });
  });

  const found = (): Promise<string | undefined> => home.find(Budget.of(time, 1000));

  it('is the configured one, whatever the store knows, and the store is not asked', async () => {
    table.domain('added.example');
    defaultDomain = 'configured.example';
    expect(await found()).toBe('configured.example');
    expect(table.looks).toEqual([]);
  });

  it('is none where there are no domains, and the first that is added a second later', async () => {
    expect(await found()).toBeUndefined();
    table.domain('example.com');
    await time.advance(1000);
    expect(await found()).toBe('example.com');
  });

  it('is of several the one of the first user, whatever their names', async () => {
    table.user('anne@example.com');
    table.user('bob@a.example');
    table.domain('a.example');
    table.domain('example.com');
    expect(await found()).toBe('example.com');
  });

  it('is none of several without a user, or with one in a domain that is not ours any more', async () => {
    table.domain('a.example');
    table.domain('b.example');
    expect(await found()).toBeUndefined();
    table.user('anne@gone.example');
    await time.advance(5000);
    expect(await found()).toBeUndefined();
  });

  it('is looked up once in five seconds', async () => {
    table.domain('example.com');
    for (let times = 0; times < 3; times += 1) await found();
    expect(table.looks).toEqual(['domains']);
    await time.advance(5000);
    await found();
    expect(table.looks).toEqual(['domains', 'domains']);
  });
});
