// What a login and a recipient may cost, in statements sent to the store's engine.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryTallies } from '../../src/accounts/memory-tallies.js';
import { Passwords } from '../../src/accounts/passwords.js';
import { Quotas } from '../../src/accounts/quotas.js';
import { StoreAddressBook } from '../../src/accounts/store-address-book.js';
import { StoreLoginCheck } from '../../src/accounts/store-login-check.js';
import { systemClock, systemTimers } from '../../src/base/clock.js';
import { systemRandom } from '../../src/base/random.js';
import { parseMailAddress } from '../../src/mail/address.js';
import type { Login } from '../../src/mail/login.js';
import { INBOX } from '../../src/mail/mailbox-name.js';
import { Ground } from '../contract/suite/ground.js';
import type { Harness } from '../contract/suite/harness.js';
import { MemoryLog } from '../memory-log.js';

const PASSWORD = 'correct horse';

export function assertAccountCosts(backend: string, openHarness: () => Promise<Harness>): void {
  describe(`accounts on ${backend}`, () => {
    let ground: Ground;
    let passwordHash: string;
    const passwords = new Passwords({ timers: systemTimers, random: systemRandom });
    const surroundings = {
      clock: systemClock,
      timers: systemTimers,
      random: systemRandom,
      log: new MemoryLog(),
      spelling: { isLocalPartFolded: true },
    };

    beforeAll(async () => {
      ground = await Ground.on(await openHarness());
      passwordHash = await passwords.hash(PASSWORD, ground.budget());
    }, 120_000);

    afterAll(() => ground.close(), 60_000);

    async function newUser(): Promise<Login> {
      const login = ground.login();
      const settings = { passwordHash, isDisabled: false };
      await ground.other.accounts.create(login, settings, [INBOX], ground.budget());
      return login;
    }

    function newLoginCheck(): StoreLoginCheck {
      return new StoreLoginCheck({
        ...surroundings,
        accounts: ground.store.accounts,
        passwords,
        tallies: new MemoryTallies({ clock: systemClock }),
        homeDomain: { find: async () => undefined },
        settings: () => ({
          failuresPerAccount: 20,
          failuresPerIp: 50,
          failureWindowMs: 60_000,
          failureDelayMs: 0,
        }),
        metrics: { count: () => undefined },
        proofKey: systemRandom.bytes(32),
        shareProof: () => undefined,
      });
    }

    function newAddressBook(): StoreAddressBook {
      const { accounts, directory, mailboxes } = ground.store;
      const unlimited = { quotaBytes: Number.POSITIVE_INFINITY, quotaMessages: Number.POSITIVE_INFINITY };
      return new StoreAddressBook({
        ...surroundings,
        accounts,
        directory,
        quotas: new Quotas({ ...surroundings, mailboxes, settings: () => unlimited }),
        homeDomain: { find: async () => 'example.com' },
        settings: () => ({
          domains: ['example.com'],
          postmaster: undefined,
          plusAddressing: true,
          autoCreate: false,
        }),
      });
    }

    async function statementsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
      ground.tap.reset();
      await work();
      return ground.tap.statements;
    }

    it('a login is one statement, the first time and each time after', async () => {
      const login = await newUser();
      const check = newLoginCheck();
      for (let times = 0; times < 3; times += 1) {
        const attempt = { user: login, password: PASSWORD, client: '192.0.2.1' };
        const statements = await statementsOf(async () => {
          expect(await check.check(attempt, ground.budget())).toMatchObject({ kind: 'granted' });
        });
        expect(statements).toEqual(['accounts.read']);
      }
    });

    it('a wrong password and an unknown user are one statement each', async () => {
      const check = newLoginCheck();
      for (const user of [await newUser(), ground.login()]) {
        const attempt = { user, password: 'wrong', client: '192.0.2.1' };
        const statements = await statementsOf(async () => {
          expect(await check.check(attempt, ground.budget())).toEqual({ kind: 'refused' });
        });
        expect(statements).toEqual(['accounts.read']);
      }
    });

    it('a recipient is one statement, and none for those that follow within seconds', async () => {
      const book = newAddressBook();
      const address = parseMailAddress(await newUser(), { isUtf8Allowed: false });
      const resolve = async (): Promise<unknown> => book.resolve(address, ground.budget());
      expect(await statementsOf(resolve)).toEqual(['accounts.read']);
      expect(await statementsOf(() => Promise.all(Array.from({ length: 50 }, resolve)))).toEqual([]);
    });

    it('an unknown recipient is three statements: user, alias, catch-all', async () => {
      const address = parseMailAddress(ground.login(), { isUtf8Allowed: false });
      const statements = await statementsOf(async () => {
        expect(await newAddressBook().resolve(address, ground.budget())).toEqual({ kind: 'unknown' });
      });
      expect(statements).toEqual(['accounts.read', 'aliases.read', 'domains.read']);
    });
  });
}
