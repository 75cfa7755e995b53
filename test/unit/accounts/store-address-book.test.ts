import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Resolution } from '../../../src/accounts/address-book.js';
import { StoreAddressBook, type AddressBookSettings } from '../../../src/accounts/store-address-book.js';
import { Budget } from '../../../src/base/budget.js';
import { Failure } from '../../../src/base/failure.js';
import { parseMailAddress } from '../../../src/mail/address.js';
import { parseLogin } from '../../../src/mail/login.js';
import { parseMailboxName } from '../../../src/mail/mailbox-name.js';
import { failureOfPromise } from '../../failure-from.js';
import { MemoryLog } from '../../memory-log.js';
import { VirtualTime } from '../../virtual-time.js';
import { AccountTable } from './account-table.js';

const at = (login: string, mailbox: string) => ({
  login: parseLogin(login),
  mailbox: parseMailboxName(mailbox),
});

describe('an address book', () => {
  let time: VirtualTime;
  let table: AccountTable;
  let log: MemoryLog;
  let settings: AddressBookSettings;
  let full: Set<string>;
  let book: StoreAddressBook;

  beforeEach(() => {
    time = new VirtualTime();
    table = new AccountTable();
    log = new MemoryLog();
    full = new Set();
    settings = {
      domains: ['example.com', 'other.example'],
      postmaster: undefined,
      plusAddressing: true,
      autoCreate: false,
    };
    book = newBook();
    table.user('anne@example.com', {}, ['Archive', 'inbox', 'lists']);
    table.user('bob@example.com');
    table.user('off@example.com', { isDisabled: true });
  });

  /** Of a process that has looked nothing up yet. */
  function newBook(isLocalPartFolded = true): StoreAddressBook {
    return new StoreAddressBook({
      accounts: table,
      directory: table,
      quotas: { isFull: ({ login }) => full.has(login) },
      homeDomain: { find: async () => 'example.com' },
      spelling: { isLocalPartFolded },
      settings: () => settings,
      clock: time,
      timers: time,
      log,
    });
  }

  it('knows later what has become of the mailboxes it resolved to', async () => {
    table.user('going@example.com', { isDisabled: true, removalBeganAtMs: 1 });
    const before = [
      at('anne@example.com', 'lists'),
      at('anne@example.com', 'no more'),
      at('off@example.com', 'inbox'),
      at('going@example.com', 'inbox'),
      at('gone@example.com', 'inbox'),
    ];
    const after = [
      at('anne@example.com', 'lists'),
      at('anne@example.com', 'inbox'),
      at('off@example.com', 'inbox'),
    ];
    expect(await book.stillThere(before, Budget.of(time, 5000))).toEqual(after);
  });

  function asked(text: string, by = book): Resolution | Promise<Resolution> {
    return by.resolve(parseMailAddress(text, { isUtf8Allowed: true }), Budget.of(time, 5000));
  }

  /** `anne@example.com|inbox`, `remote x@y`, or what it is instead. */
  async function resolved(text: string, by = book): Promise<string> {
    const found = await asked(text, by);
    if (found.kind !== 'known') return found.kind;
    const local = found.mailboxes.map(({ login, mailbox }) => `${login}|${mailbox}`);
    return [...local, ...found.remote.map((address) => `remote ${address.text}`)].toSorted().join(', ');
  }

  describe('for users', () => {
    it.each([
      ['anne@example.com', 'anne@example.com|inbox'],
      ['Anne@Example.COM', 'anne@example.com|inbox'],
      ['"anne"@example.com', 'anne@example.com|inbox'],
      ['carl@example.com', 'unknown'],
      ['anne@other.example', 'unknown'],
      ['anne@elsewhere.example', 'remote'],
      ['anne@[192.0.2.1]', 'remote'],
      ['off@example.com', 'disabled'],
      ['"a|b"@example.com', 'unknown'],
    ])('%s is %s', async (text, expected) => {
      expect(await resolved(text)).toBe(expected);
    });

    it('are known at once to who asked a moment ago, as they are now', async () => {
      expect(asked('anne@example.com')).toBeInstanceOf(Promise);
      const known = await asked('anne@example.com');
      expect(asked('Anne@example.com')).toEqual(known);
      full.add('anne@example.com');
      expect(await resolved('anne@example.com')).toBe('over-quota');
      await resolved('off@example.com');
      expect(await resolved('off@example.com')).toBe('disabled');
    });

    it('says over quota of one who is', async () => {
      full.add('anne@example.com');
      expect(await resolved('anne@example.com')).toBe('over-quota');
    });

    it('knows the domains that were added to the store', async () => {
      table.domain('added.example');
      table.user('dora@added.example');
      expect(await resolved('dora@added.example')).toBe('dora@added.example|inbox');
      expect(await resolved('emil@added.example')).toBe('unknown');
    });

    it('minds the case where a site does', async () => {
      table.user('Anne@example.com');
      expect(await resolved('Anne@example.com', newBook(false))).toBe('Anne@example.com|inbox');
      expect(await resolved('ANNE@example.com', newBook(false))).toBe('unknown');
    });
  });

  describe('with +detail', () => {
    it.each([
      ['anne+lists@example.com', 'anne@example.com|lists'],
      ['anne+archive@example.com', 'anne@example.com|Archive'],
      ['anne+Archive@example.com', 'anne@example.com|Archive'],
      ['anne+nothing@example.com', 'anne@example.com|inbox'],
      ['anne+@example.com', 'anne@example.com|inbox'],
      ['"anne+.."@example.com', 'anne@example.com|inbox'],
      ['anne+a/b@example.com', 'anne@example.com|inbox'],
      ['anne+lists+x@example.com', 'anne@example.com|inbox'],
      ['carl+lists@example.com', 'unknown'],
      ['+lists@example.com', 'unknown'],
      ['"+anne"@example.com', 'unknown'],
    ])('%s goes to %s', async (text, expected) => {
      expect(await resolved(text)).toBe(expected);
    });

    it('prefers a user or an alias of that very name', async () => {
      table.user('anne+lists@example.com');
      table.alias('anne+archive@example.com', 'bob@example.com');
      expect(await resolved('anne+lists@example.com')).toBe('anne+lists@example.com|inbox');
      expect(await resolved('anne+archive@example.com')).toBe('bob@example.com|inbox');
    });

    it('works for aliases, and is part of what an alias may lead to', async () => {
      table.alias('team@example.com', 'anne+lists@example.com', 'bob@example.com');
      const expected = 'anne@example.com|lists, bob@example.com|inbox';
      expect(await resolved('team+x@example.com')).toBe(expected);
    });

    it('can be turned off', async () => {
      settings = { ...settings, plusAddressing: false };
      expect(await resolved('anne+lists@example.com')).toBe('unknown');
    });
  });

  describe('that makes mailboxes', () => {
    beforeEach(() => {
      settings = { ...settings, autoCreate: true };
    });

    it('makes one that mail is addressed to, once, and in the spelling that addresses are compared in', async () => {
      expect(await resolved('anne+News@example.com')).toBe('anne@example.com|news');
      expect(table.accounts.get('anne@example.com')?.mailboxes).toContain('news');
      expect(await resolved('anne+NEWS@example.com')).toBe('anne@example.com|news');
      expect(await resolved('anne+NEWS@example.com', newBook())).toBe('anne@example.com|news');
      expect(table.looks.filter((look) => look.startsWith('add'))).toHaveLength(1);
    });

    it('makes all that are asked for at the same moment', async () => {
      const texts = ['a', 'b', 'c', 'a'].map((name) => `anne+${name}@example.com`);
      await Promise.all(texts.map((text) => resolved(text, newBook())));
      expect(table.accounts.get('anne@example.com')?.mailboxes).toEqual(
        ['Archive', 'a', 'b', 'c', 'inbox', 'lists'].toSorted(),
      );
    });

    it('makes none for one who is disabled or over quota, nor of a name that is none', async () => {
      full.add('anne@example.com');
      expect(await resolved('anne+news@example.com')).toBe('over-quota');
      expect(await resolved('off+news@example.com')).toBe('disabled');
      expect(await resolved('"bob+.."@example.com')).toBe('bob@example.com|inbox');
      expect(table.looks.join(' ')).not.toContain('add');
    });

    it('makes no more than a hundred: strangers choose the names', async () => {
      for (let n = 0; n < 120; n += 1) await resolved(`bob+box${n}@example.com`);
      expect(table.accounts.get('bob@example.com')?.mailboxes).toHaveLength(100);
      expect(await resolved('bob+one-more@example.com')).toBe('bob@example.com|inbox');
    });
  });

  describe('with aliases', () => {
    it.each([
      [['anne@example.com'], 'anne@example.com|inbox'],
      [['anne@example.com', 'BOB@example.com'], 'anne@example.com|inbox, bob@example.com|inbox'],
      [['x@elsewhere.example'], 'remote x@elsewhere.example'],
      [['anne@example.com', 'x@y', 'x@Y'], 'anne@example.com|inbox, remote x@y'],
      [['anne@example.com', 'Anne@example.com', 'anne+zz@example.com'], 'anne@example.com|inbox'],
      [['carl@example.com'], 'unknown'],
      [['off@example.com'], 'disabled'],
      [['off@example.com', 'carl@example.com'], 'disabled'],
      [['no address'], 'unknown'],
      [[], 'unknown'],
      [['alias@example.com'], 'alias-loop'],
    ])('that lead to %j goes to %s', async (targets, expected) => {
      table.alias('alias@example.com', ...targets);
      expect(await resolved('Alias@example.com')).toBe(expected);
    });

    it('goes on over aliases that lead to aliases, and to each mailbox once', async () => {
      table.alias('all@example.com', 'team@example.com', 'chiefs@example.com', 'anne@example.com');
      table.alias('team@example.com', 'anne@example.com', 'bob@example.com');
      table.alias('chiefs@example.com', 'team@example.com', 'x@y');
      expect(await resolved('all@example.com')).toBe(
        'anne@example.com|inbox, bob@example.com|inbox, remote x@y',
      );
    });

    it('prefers the user of that name', async () => {
      table.alias('anne@example.com', 'bob@example.com');
      expect(await resolved('anne@example.com')).toBe('anne@example.com|inbox');
    });

    it('leaves out, and logs, who cannot be given the mail, as long as somebody can', async () => {
      table.alias(
        'all@example.com',
        'anne@example.com',
        'bob@example.com',
        'off@example.com',
        'carl@example.com',
      );
      full.add('bob@example.com');
      expect(await resolved('all@example.com')).toBe('anne@example.com|inbox');
      expect(log.lines.map(({ fields }) => fields)).toEqual([
        { alias: 'all@example.com', target: 'carl@example.com', why: 'unknown' },
        { alias: 'all@example.com', target: 'bob@example.com', why: 'over-quota' },
        { alias: 'all@example.com', target: 'off@example.com', why: 'disabled' },
      ]);
      full.add('anne@example.com');
      expect(await resolved('all@example.com')).toBe('over-quota'); // which passes; the others stay
    });

    it.each([
      [
        'two that lead to each other',
        [
          ['a', 'b'],
          ['b', 'a'],
        ],
      ],
      [
        'two behind a third, asked for at the same time',
        [
          ['a', 'b', 'c'],
          ['b', 'c'],
          ['c', 'b'],
        ],
      ],
      [
        'one of several',
        [
          ['a', 'anne', 'b'],
          ['b', 'bob', 'c'],
          ['c', 'a'],
        ],
      ],
    ])('says that it is a circle: %s', async (_what, links) => {
      for (const [from = '', ...to] of links) {
        table.alias(`${from}@example.com`, ...to.map((name) => `${name}@example.com`));
      }
      expect(await resolved('a@example.com')).toBe('alias-loop');
    });

    it('says so too of more levels or more addresses than one recipient may stand for', async () => {
      for (let n = 0; n < 12; n += 1) table.alias(`level${n}@example.com`, `level${n + 1}@example.com`);
      table.alias('level12@example.com', 'anne@example.com');
      expect(await resolved('level0@example.com')).toBe('alias-loop');
      expect(await resolved('level3@example.com')).toBe('anne@example.com|inbox');
      table.alias('many@example.com', ...Array.from({ length: 500 }, (_, n) => `a${n}@elsewhere.example`));
      expect(await resolved('many@example.com')).toBe('alias-loop');
    });
  });

  describe('for postmaster (RFC 5321 section 4.5.1)', () => {
    it.each(['postmaster', 'Postmaster@example.com', 'POSTMASTER@other.example', 'postmaster+x@example.com'])(
      '%s reaches the first user where nobody else was chosen',
      async (text) => {
        const expected = text.includes('+') ? 'unknown' : 'anne@example.com|inbox';
        expect(await resolved(text)).toBe(expected);
      },
    );

    it('reaches who was chosen, a user or an alias, or else the first user', async () => {
      settings = { ...settings, postmaster: 'Bob@example.com' };
      expect(await resolved('postmaster')).toBe('bob@example.com|inbox');
      table.alias('ops@example.com', 'bob@example.com', 'x@y');
      settings = { ...settings, postmaster: 'ops@example.com' };
      expect(await resolved('postmaster@other.example')).toBe('bob@example.com|inbox, remote x@y');
      for (const postmaster of ['gone@example.com', 'off@example.com']) {
        settings = { ...settings, postmaster };
        expect(await resolved('postmaster')).toBe('anne@example.com|inbox');
      }
    });

    it('reaches the user or alias of that name first, also without a domain', async () => {
      table.alias('postmaster@example.com', 'bob@example.com');
      expect(await resolved('postmaster')).toBe('bob@example.com|inbox');
      expect(await resolved('postmaster@other.example')).toBe('anne@example.com|inbox');
    });

    it('reaches the next user when the first is gone or disabled', async () => {
      expect(await resolved('postmaster')).toBe('anne@example.com|inbox');
      table.user('anne@example.com', { isDisabled: true });
      await time.advance(3000);
      expect(await resolved('postmaster')).toBe('bob@example.com|inbox');
      table.accounts.delete('bob@example.com');
      await time.advance(3000);
      expect(await resolved('postmaster')).toBe('unknown');
    });

    it('does not read all accounts for each of them', async () => {
      for (let n = 0; n < 10; n += 1) {
        await resolved('postmaster');
        await time.advance(30_000);
      }
      expect(table.looks.filter((look) => look === 'accounts')).toHaveLength(1);
    });

    it('of somebody else is remote', async () => {
      expect(await resolved('postmaster@elsewhere.example')).toBe('remote');
    });

    it('goes before the catch-all', async () => {
      table.domain('example.com', 'bob@example.com');
      expect(await resolved('postmaster@example.com')).toBe('anne@example.com|inbox');
    });
  });

  describe('with a catch-all', () => {
    it.each([
      ['bob@example.com', 'bob@example.com|inbox'],
      ['x@elsewhere.example', 'remote x@elsewhere.example'],
      ['gone@other.example', 'unknown'],
      ['gone@example.com', 'alias-loop'],
    ])('to %s, mail for nobody goes to %s', async (catchAll, expected) => {
      table.domain('example.com', catchAll);
      expect(await resolved('"not known|"@example.com')).toBe(expected);
      expect(await resolved('anne@example.com')).toBe('anne@example.com|inbox');
    });
  });

  describe('that was asked a moment ago', () => {
    it('asks nothing again for seconds, and honours a change after them', async () => {
      await resolved('anne@example.com');
      expect(table.looks).toEqual(['account anne@example.com']);
      table.user('anne@example.com', { isDisabled: true });
      await time.advance(2999);
      expect(await resolved('anne@example.com')).toBe('anne@example.com|inbox');
      expect(table.looks).toHaveLength(1);
      await time.advance(1);
      expect(await resolved('anne@example.com')).toBe('disabled');
    });

    it('knows a new user a second later', async () => {
      expect(await resolved('dora@example.com')).toBe('unknown');
      table.user('dora@example.com');
      await time.advance(1000);
      expect(await resolved('dora@example.com')).toBe('dora@example.com|inbox');
    });

    it('looks once for what many ask at the same time', async () => {
      await Promise.all(Array.from({ length: 100 }, () => resolved('anne@example.com')));
      expect(table.looks).toEqual(['account anne@example.com']);
    });

    it('fails as the store does, and remembers no failure', async () => {
      table.failure = new Failure('store-read-failed', 'scripted');
      expect((await failureOfPromise(resolved('anne@example.com'))).code).toBe('store-read-failed');
      expect(await resolved('anne@example.com')).toBe('anne@example.com|inbox');
    });
  });

  describe('asked who may send as whom', () => {
    const anne = parseLogin('anne@example.com');

    function maySend(text: string, login = anne): Promise<boolean> {
      return book.maySendAs(login, parseMailAddress(text, { isUtf8Allowed: true }), Budget.of(time, 5000));
    }

    it.each([
      ['anne@example.com', true],
      ['ANNE@Example.com', true],
      ['anne+any@example.com', true],
      ['sales@example.com', true],
      ['sales+any@example.com', true],
      ['all@example.com', true],
      ['bob@example.com', false],
      ['bobs@example.com', false],
      ['carl@example.com', false],
      ['anne@other.example', false],
      ['anne@elsewhere.example', false],
      ['anne@[192.0.2.1]', false],
      ['anne+bob@example.com', false],
      ['circle@example.com', false],
      ['postmaster', false],
    ])('lets anne send as %s: %s', async (text, expected) => {
      table.alias('sales@example.com', 'anne@example.com');
      table.alias('all@example.com', 'bob@example.com', 'sales@example.com', 'x@y');
      table.alias('bobs@example.com', 'bob@example.com');
      table.alias('circle@example.com', 'anne@example.com', 'circle@example.com');
      table.user('anne+bob@example.com');
      table.domain('example.com', 'anne@example.com'); // a catch-all gives her nobody's name
      expect(await maySend(text)).toBe(expected);
    });

    it('asks the store nothing for her own address', async () => {
      await maySend('Anne@example.com');
      expect(table.looks).toEqual([]);
    });

    it('minds no quota', async () => {
      full.add(anne);
      table.alias('sales@example.com', anne);
      expect(await maySend('sales@example.com')).toBe(true);
    });
  });
});
