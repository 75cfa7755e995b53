// Accounts and the directory with the n-th statement failing.
import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { parseDomain, type DomainName } from '../../../src/mail/domain-name.js';
import type { Login } from '../../../src/mail/login.js';
import { INBOX, OUTBOX, parseMailboxName, type MailboxName } from '../../../src/mail/mailbox-name.js';
import type { Account, Alias } from '../../../src/store/types.js';
import { settings } from './accounts.js';
import type { Case } from './case.js';
import { casesOf, expectExtent, type FaultyOperation } from './faulty-operation.js';
import type { Ground } from './ground.js';

const ARCHIVE = parseMailboxName('archive');
const changedSettings = { passwordHash: 'changed', isDisabled: true };

const createAccount: FaultyOperation<Login> = {
  name: 'creating an account with two mailboxes',
  prepare: async (ground) => ground.login(),
  perform: (ground, login, budget) => ground.store.accounts.create(login, settings, [INBOX, OUTBOX], budget),
  check: async (ground, login, extent) => {
    const account = await ground.other.accounts.read(login, ground.budget());
    expectExtent(extent, account);
    if (account === undefined) return;
    expect(account.settings).toEqual(settings);
    expect(mailboxesOf(account)).toEqual([INBOX, OUTBOX]);
  },
};

const changeAccount = accountChange('changing the settings of an account', {
  perform: (ground, account, budget) => ground.store.accounts.change(account, changedSettings, budget),
  isDone: (account) =>
    account?.settings.passwordHash === 'changed' && account.settings.quotaBytes === undefined,
  mailboxes: [INBOX],
});

const addMailbox = accountChange('adding a mailbox name', {
  perform: (ground, account, budget) => ground.store.accounts.addMailbox(account, ARCHIVE, budget),
  isDone: (account) => account?.mailboxes.includes(ARCHIVE) === true,
  mailboxes: [ARCHIVE, INBOX],
});

const removeMailbox = accountChange('removing a mailbox name', {
  perform: (ground, account, budget) => ground.store.accounts.removeMailbox(account, INBOX, budget),
  isDone: (account) => account?.mailboxes.length === 0,
  mailboxes: [],
});

const markMailbox = accountChange('marking a mailbox name as leaving', {
  perform: (ground, account, budget) => ground.store.accounts.markMailbox(account, INBOX, 1, budget),
  isDone: (account) => account?.leavingMailboxes.get(INBOX) === 1,
  mailboxes: [],
});

const removeAccount: FaultyOperation<Account> = {
  name: 'removing an account',
  prepare: newAccount,
  perform: (ground, account, budget) => ground.store.accounts.remove(account, budget),
  check: async (ground, before, extent) => {
    const account = await ground.other.accounts.read(before.login, ground.budget());
    expectExtent(extent, account === undefined ? 'gone' : undefined);
    if (account !== undefined) expect(account).toEqual(before);
  },
};

const writeDomain: FaultyOperation<DomainName> = {
  name: 'writing a domain',
  prepare: async () => parseDomain(`${randomUUID()}.example`),
  perform: (ground, name, budget) =>
    ground.store.directory.writeDomain({ name, catchAll: 'all@b.example' }, budget),
  check: async (ground, name, extent) => {
    const domain = await ground.other.directory.readDomain(name, ground.budget());
    expectExtent(extent, domain);
    if (domain !== undefined) expect(domain.catchAll).toBe('all@b.example');
  },
};

const removeAlias: FaultyOperation<Alias> = {
  name: 'removing an alias',
  prepare: async (ground) => {
    const address = ground.login();
    await ground.store.directory.writeAlias({ address, targets: ['a@b.example'] }, ground.budget());
    const alias = await ground.store.directory.readAlias(address, ground.budget());
    if (alias === undefined) throw new Error('the alias is not there');
    return alias;
  },
  perform: (ground, alias, budget) => ground.store.directory.removeAlias(alias, budget),
  check: async (ground, before, extent) => {
    const alias = await ground.other.directory.readAlias(before.address, ground.budget());
    expectExtent(extent, alias === undefined ? 'gone' : undefined);
    if (alias !== undefined) expect(alias).toEqual(before);
  },
};

export const accountFaultCases: readonly Case[] = [
  ...casesOf(createAccount),
  ...casesOf(changeAccount),
  ...casesOf(addMailbox),
  ...casesOf(removeMailbox),
  ...casesOf(markMailbox),
  ...casesOf(removeAccount),
  ...casesOf(writeDomain),
  ...casesOf(removeAlias),
];

/** Repeating a change that happened is a conflict with oneself; either way it must have happened by then. */
function accountChange(
  name: string,
  change: {
    readonly perform: FaultyOperation<Account>['perform'];
    readonly isDone: (account: Account | undefined) => boolean;
    readonly mailboxes: readonly MailboxName[];
  },
): FaultyOperation<Account> {
  return {
    name,
    prepare: newAccount,
    perform: change.perform,
    check: async (ground, before, extent) => {
      const account = await ground.other.accounts.read(before.login, ground.budget());
      const isDone = change.isDone(account);
      expectExtent(extent, isDone ? 'done' : undefined);
      if (!isDone) expect(account).toEqual(before);
      else expect(account && mailboxesOf(account)).toEqual(change.mailboxes);
    },
  };
}

async function newAccount(ground: Ground): Promise<Account> {
  const login = ground.login();
  await ground.store.accounts.create(login, settings, [INBOX], ground.budget());
  const account = await ground.store.accounts.read(login, ground.budget());
  if (account === undefined) throw new Error('the account is not there');
  return account;
}

function mailboxesOf({ mailboxes }: Account): MailboxName[] {
  return mailboxes.toSorted();
}
