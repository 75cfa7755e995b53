import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LoginOutcome } from '../../../src/accounts/login-check.js';
import { MemoryTallies } from '../../../src/accounts/memory-tallies.js';
import type { Comparison } from '../../../src/accounts/passwords.js';
import type { LoginFailureSettings } from '../../../src/accounts/login-failures.js';
import type { LoginProof } from '../../../src/accounts/proven-logins.js';
import { StoreLoginCheck } from '../../../src/accounts/store-login-check.js';
import { Budget } from '../../../src/base/budget.js';
import { Failure } from '../../../src/base/failure.js';
import { parseLogin } from '../../../src/mail/login.js';
import type { Account } from '../../../src/store/types.js';
import { failureOfPromise } from '../../failure-from.js';
import { MemoryLog } from '../../memory-log.js';
import { VirtualTime } from '../../virtual-time.js';
import { AccountTable } from './account-table.js';

const HERE = '192.0.2.1';
const THERE = '198.51.100.7';
const WINDOW_MS = 600_000;
const PROOF_KEY = Buffer.alloc(32, 'k');
/** What a comparison takes here: longer for those who exist, which must not show. */
const COMPARISON_MS = 40;

describe('a login', () => {
  let time: VirtualTime;
  let table: AccountTable;
  let log: MemoryLog;
  let settings: LoginFailureSettings;
  let homeDomain: string | undefined;
  let counted: string[];
  let comparisons: (string | undefined)[];
  let tallies: MemoryTallies;
  let shared: LoginProof[];
  let check: StoreLoginCheck;

  beforeEach(() => {
    time = new VirtualTime();
    table = new AccountTable();
    log = new MemoryLog();
    counted = [];
    comparisons = [];
    shared = [];
    tallies = new MemoryTallies({ clock: time });
    homeDomain = 'example.com';
    settings = {
      failuresPerAccount: 4,
      failuresPerIp: 6,
      failureWindowMs: WINDOW_MS,
      failureDelayMs: 1000,
    };
    check = anotherCheck();
    table.user('anne@example.com', { passwordHash: 'secret' });
  });

  /** A worker of the same node; a hash here is the password itself. */
  function anotherCheck(isLocalPartFolded = true): StoreLoginCheck {
    const compare = async (password: string, hash: string | undefined): Promise<Comparison> => {
      comparisons.push(hash);
      await time.sleep(hash === undefined ? COMPARISON_MS : 2 * COMPARISON_MS);
      if (hash === 'unreadable') return 'unreadable';
      return password === hash ? 'same' : 'different';
    };
    return new StoreLoginCheck({
      accounts: table,
      passwords: { compare },
      tallies,
      homeDomain: { find: async () => homeDomain },
      spelling: { isLocalPartFolded },
      settings: () => settings,
      clock: time,
      timers: time,
      log,
      proofKey: PROOF_KEY,
      shareProof: (proof) => shared.push(proof),
      metrics: { count: (name, labels) => counted.push([name, ...Object.values(labels)].join(' ')) },
    });
  }

  interface Timed {
    readonly outcome: LoginOutcome['kind'];
    readonly tookMs: number;
  }

  async function login(user: string, password: string, client = HERE, by = check): Promise<Timed> {
    const startedAtMs = time.monotonicMs();
    const answers: Timed[] = [];
    const answering = async (): Promise<void> => {
      const { kind } = await by.check({ user, password, client }, Budget.of(time, 60_000));
      answers.push({ outcome: kind, tookMs: time.monotonicMs() - startedAtMs });
    };
    void answering();
    for (;;) {
      await time.advance(10);
      const [answer] = answers;
      if (answer !== undefined) return answer;
    }
  }

  async function outcomeOf(...call: Parameters<typeof login>): Promise<LoginOutcome['kind']> {
    return (await login(...call)).outcome;
  }

  async function fail(times: number, user: string, client: string): Promise<void> {
    for (let n = 0; n < times; n += 1) expect(await outcomeOf(user, 'wrong', client)).toBe('refused');
  }

  describe('by name and password', () => {
    it.each(['anne', 'anne@example.com', 'Anne@Example.COM', 'ANNE'])('is granted to %s', async (user) => {
      expect(await outcomeOf(user, 'secret')).toBe('granted');
    });

    it('tells the account', async () => {
      const checking = check.check({ user: 'anne', password: 'secret', client: HERE }, Budget.of(time, 1000));
      await time.advance(1000);
      expect(await checking).toEqual({ kind: 'granted', account: table.accounts.get('anne@example.com') });
    });

    it.each(['bob', 'anne@other.example', '', '@', 'anne@', 'a|b', 'a\0b', 'x'.repeat(5000)])(
      'is refused to nobody: %j',
      async (user) => {
        expect(await outcomeOf(user, 'secret')).toBe('refused');
      },
    );

    it('needs the whole address where there is no default domain', async () => {
      homeDomain = undefined;
      expect(await outcomeOf('anne', 'secret')).toBe('refused');
      expect(await outcomeOf('anne@example.com', 'secret')).toBe('granted');
    });

    it('minds the case where a site does', async () => {
      const minding = anotherCheck(false);
      expect(await outcomeOf('Anne', 'secret', HERE, minding)).toBe('refused');
      expect(await outcomeOf('anne', 'secret', HERE, minding)).toBe('granted');
    });

    it('of a disabled user is told so with the right password only', async () => {
      table.user('anne@example.com', { passwordHash: 'secret', isDisabled: true });
      expect(await outcomeOf('anne', 'secret')).toBe('disabled');
      expect(await outcomeOf('anne', 'wrong')).toBe('refused');
    });

    it('is refused, and logged as an error, where the stored hash cannot be understood', async () => {
      table.user('anne@example.com', { passwordHash: 'unreadable' });
      expect(await outcomeOf('anne', 'unreadable')).toBe('refused');
      expect(log.lines).toContainEqual({
        event: 'login.hash-unreadable',
        fields: { user: 'anne@example.com' },
      });
    });

    it('that the store cannot answer fails as the store says, and counts against nobody', async () => {
      for (let n = 0; n < 10; n += 1) {
        table.failure = new Failure('store-read-failed', 'scripted');
        const attempt = { user: 'anne', password: 'secret', client: HERE };
        const failure = await failureOfPromise(check.check(attempt, Budget.of(time, 1000)));
        expect(failure.code).toBe('store-read-failed');
      }
      expect(counted).toContain('cassmail_logins_total failed');
      expect(await outcomeOf('anne', 'secret')).toBe('granted');
    });

    it('shows the name as it may be shown, and never a password', async () => {
      await outcomeOf('evil\u001b[2J\r\nlogin.granted', 'hunter2');
      await outcomeOf('anne', 'secret');
      const [refused, granted] = log.lines;
      expect(refused).toEqual({
        event: 'login.refused',
        fields: { client: HERE, user: 'evil\ufffd[2J\ufffd\ufffdlogin.granted' },
      });
      expect(granted).toEqual({ event: 'login.granted', fields: { client: HERE, user: 'anne' } });
      expect(JSON.stringify(log.lines)).not.toMatch(/hunter2|secret/);
    });
  });

  describe('that was proven', () => {
    it('is known for some minutes without computing, and reads the account each time', async () => {
      await outcomeOf('anne', 'secret');
      for (let n = 0; n < 4; n += 1) {
        expect(await login('anne', 'secret')).toEqual({ outcome: 'granted', tookMs: 0 });
        await time.advance(60_000);
      }
      expect(comparisons).toHaveLength(1);
      expect(table.looks).toHaveLength(5);
      expect(counted.filter((name) => name.includes('remembered'))).toHaveLength(4);
      await time.advance(60_000);
      await outcomeOf('anne', 'secret');
      expect(comparisons).toHaveLength(2);
    });

    it('helps at another worker of the node, which is told a proof and no password', async () => {
      await outcomeOf('anne', 'secret');
      const other = anotherCheck();
      for (const proof of shared) other.learn(proof);
      expect(JSON.stringify(shared)).not.toContain('secret');
      const attempt = { user: 'anne', password: 'secret', client: HERE };
      expect(await other.check(attempt, Budget.of(time, 60_000))).toMatchObject({ kind: 'granted' });
      expect(comparisons).toHaveLength(1);
    });

    it('does not help a wrong password', async () => {
      await outcomeOf('anne', 'secret');
      expect(await outcomeOf('anne', 'wrong')).toBe('refused');
      expect(comparisons).toHaveLength(2);
    });

    it('ends when the password is changed: the old one is refused and the new one granted at once', async () => {
      await outcomeOf('anne', 'secret');
      table.user('anne@example.com', { passwordHash: 'new secret' });
      expect(await outcomeOf('anne', 'secret')).toBe('refused');
      expect(await outcomeOf('anne', 'new secret')).toBe('granted');
    });

    it('ends when the account is disabled or removed', async () => {
      await outcomeOf('anne', 'secret');
      table.user('anne@example.com', { passwordHash: 'secret', isDisabled: true });
      expect(await outcomeOf('anne', 'secret')).toBe('disabled');
      table.accounts.clear();
      expect(await outcomeOf('anne', 'secret')).toBe('refused');
    });
  });

  describe('that fails', () => {
    it('takes the same time whether there is such a user or not', async () => {
      const times = new Set<number>();
      for (const user of ['anne', 'nobody', 'no|login']) {
        check = anotherCheck();
        times.add((await login(user, 'wrong', `192.0.2.${10 + times.size + comparisons.length}`)).tookMs);
      }
      expect([...times]).toEqual([1000]);
      expect(comparisons).toEqual(['secret', undefined, undefined]); // each computed something
    });

    it('is answered later and later, up to eight times the delay', async () => {
      settings = { ...settings, failuresPerAccount: 100, failuresPerIp: 100 };
      const seconds: number[] = [];
      for (let n = 0; n < 6; n += 1) seconds.push((await login('anne', 'wrong')).tookMs / 1000);
      expect(seconds).toEqual([1, 2, 4, 8, 8, 8]);
    });

    it('is answered when the time allowed is over', async () => {
      settings = { ...settings, failureDelayMs: 60_000 };
      const attempt = { user: 'anne', password: 'wrong', client: HERE };
      const checking = check.check(attempt, Budget.of(time, 5000));
      await time.advance(5000);
      expect(await checking).toEqual({ kind: 'refused' });
    });

    it('too often from one address is not looked at any more, whoever it is for, until that has faded', async () => {
      for (let n = 0; n < 6; n += 1) await fail(1, `user${n}`, THERE);
      const looks = table.looks.length;
      expect(await outcomeOf('anne', 'secret', THERE)).toBe('slowed');
      expect(table.looks).toHaveLength(looks);
      expect(comparisons).toHaveLength(6);
      expect(await outcomeOf('anne', 'secret', HERE)).toBe('granted');
      await time.advance(WINDOW_MS * 1.2);
      expect(await outcomeOf('anne', 'secret', THERE)).toBe('granted');
    });

    it('counts for a whole IPv6 network', async () => {
      for (let n = 0; n < 6; n += 1) await fail(1, `user${n}`, `2001:db8::${n}:1`);
      expect(await outcomeOf('anne', 'secret', '2001:db8::ffff')).toBe('slowed');
      expect(await outcomeOf('anne', 'secret', '2001:db8:0:1::1')).toBe('granted');
    });

    it('too often for one account closes it to strangers, also to one with the right password', async () => {
      for (let n = 0; n < 4; n += 1) await fail(1, 'anne', `198.51.100.${n}`);
      expect(await outcomeOf('anne', 'secret', HERE)).toBe('slowed');
      expect(await outcomeOf('bob', 'wrong', HERE)).toBe('refused');
      await time.advance(WINDOW_MS * 1.2);
      expect(await outcomeOf('anne', 'secret', HERE)).toBe('granted');
    });

    it('too often for an account that does not exist is slowed just so', async () => {
      for (let n = 0; n < 4; n += 1) await fail(1, 'nobody', `198.51.100.${n}`);
      expect(await outcomeOf('nobody', 'wrong', HERE)).toBe('slowed');
    });

    it('too often by others does not lock out a client that logged in before, served by any worker', async () => {
      await outcomeOf('anne', 'secret', HERE);
      for (let n = 0; n < 4; n += 1) await fail(1, 'anne', `198.51.100.${n}`);
      expect(await outcomeOf('anne', 'secret', HERE)).toBe('granted');
      expect(await outcomeOf('anne', 'secret', HERE, anotherCheck())).toBe('granted');
      expect(await outcomeOf('anne', 'secret', THERE)).toBe('slowed');
    });

    it('is counted over all workers of the node', async () => {
      for (let n = 0; n < 6; n += 1) await outcomeOf(`user${n}`, 'wrong', THERE, anotherCheck());
      expect(await outcomeOf('anne', 'secret', THERE, anotherCheck())).toBe('slowed');
    });

    it('a hundred times at once gets no further: a right password among them counts for nothing', async () => {
      const passwords = [...Array.from({ length: 99 }, (_, n) => `guess ${n}`), 'secret'];
      const checking = passwords.map((password) =>
        check.check({ user: 'anne', password, client: THERE }, Budget.of(time, 60_000)),
      );
      await time.advance(60_000);
      const kinds = (await Promise.all(checking)).map(({ kind }) => kind);
      expect(kinds).not.toContain('granted');
    });

    it('cannot be hidden between successes of an account of one’s own', async () => {
      table.user('eve@example.com', { passwordHash: 'mine' });
      for (let n = 0; n < 6; n += 1) {
        await fail(1, `user${n}`, THERE);
        await outcomeOf('eve', 'mine', THERE);
      }
      expect(await outcomeOf('anne', 'secret', THERE)).toBe('slowed');
    });

    it('for a proven login is an oracle for nobody: where its network is refused, right and wrong look alike', async () => {
      await outcomeOf('anne', 'secret', THERE);
      for (let n = 0; n < 6; n += 1) await fail(1, `user${n}`, THERE);
      expect(await outcomeOf('anne', 'secret', THERE)).toBe('slowed');
      expect(await outcomeOf('anne', 'wrong', THERE)).toBe('slowed');
    });

    it('fills no log: ten lines a second, then how many were left out', async () => {
      for (let n = 0; n < 6; n += 1) await fail(1, `user${n}`, THERE);
      await time.advance(1000);
      log.lines.length = 0;
      const attempt = { user: 'anne', password: 'x', client: THERE };
      await Promise.all(Array.from({ length: 500 }, () => check.check(attempt, Budget.of(time, 1000))));
      expect(log.lines).toHaveLength(10);
      await time.advance(1000);
      await check.check(attempt, Budget.of(time, 1000));
      expect(log.fields.at(-1)).toMatchObject({ linesLeftOut: 490 });
    });
  });

  describe('of a session', () => {
    const anne = parseLogin('anne@example.com');
    const isWelcome = (atLogin?: Account): Promise<boolean> =>
      check.isWelcome(anne, Budget.of(time, 1000), atLogin);

    it.each([
      ['disabled', () => table.user(anne, { passwordHash: 'secret', isDisabled: true })],
      ['gone', () => table.accounts.delete(anne)],
    ])('lasts until the account is %s', async (_what, change) => {
      const atLogin = table.accounts.get(anne);
      expect([await isWelcome(), await isWelcome(atLogin)]).toEqual([true, true]);
      change();
      expect([await isWelcome(), await isWelcome(atLogin)]).toEqual([false, false]);
    });

    it('lasts until the password is changed, where it is told which one it was', async () => {
      const atLogin = table.accounts.get(anne);
      table.user(anne, { passwordHash: 'another' });
      expect([await isWelcome(), await isWelcome(atLogin)]).toEqual([true, false]);
    });
  });
});
