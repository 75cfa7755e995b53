import { describe, expect, it } from '@jest/globals';
import { Passwords, preparedPassword } from '../../../src/accounts/passwords.js';
import { Budget } from '../../../src/base/budget.js';
import { systemClock, systemTimers } from '../../../src/base/clock.js';
import { failureOf } from '../../../src/base/failure.js';
import { systemRandom } from '../../../src/base/random.js';
import { failureOfPromise } from '../../failure-from.js';
import { VirtualTime } from '../../virtual-time.js';

const passwords = new Passwords({ timers: systemTimers, random: systemRandom });
/** `correct` at a low cost, as another version may have stored it. */
const CHEAP = '$scrypt$ln=4,r=1,p=2$AAAAAAAAAAAAAAAAAAAAAA$c4mb/4hPSsVxuKNOZK9nFAwh/gjfoECkqXwF8vpo64E';

function ample(): Budget {
  return Budget.of(systemClock, 30_000);
}

describe('a password', () => {
  it('is kept as scrypt with its cost and a salt of its own, and known again', async () => {
    const [first, second] = await Promise.all([
      passwords.hash('correct', ample()),
      passwords.hash('correct', ample()),
    ]);
    expect(first).toMatch(/^\$scrypt\$ln=14,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    expect(await passwords.compare('correct', first, ample())).toBe('same');
    expect(await passwords.compare('Correct', first, ample())).toBe('different');
  });

  it('is compared at the cost it was stored with', async () => {
    expect(await passwords.compare('correct', CHEAP, ample())).toBe('same');
    expect(await passwords.compare('wrong', CHEAP, ample())).toBe('different');
  });

  it('of nobody is never right', async () => {
    expect(await passwords.compare('correct', undefined, ample())).toBe('different');
    expect(await passwords.compare('', undefined, ample())).toBe('different');
  });

  it.each([
    '',
    'x',
    'correct',
    CHEAP.replace('scrypt', 'argon2'),
    CHEAP.replace('ln=4', 'ln=40'),
    CHEAP.replace('ln=4', 'ln=20'),
    CHEAP.replace('r=1', 'r=0'),
    CHEAP.slice(0, 40),
    `${CHEAP}$`,
  ])('opens nothing where what is stored is no hash of ours, or a ruinous one: %j', async (encoded) => {
    expect(await passwords.compare('correct', encoded, ample())).toBe('unreadable');
  });

  it('is the same however its letters were composed and whatever space was typed (RFC 8265 section 4.2)', () => {
    expect(preparedPassword('jose\u0301\u00a0x')).toBe('jos\u00e9 x');
    expect(preparedPassword('\ufb01')).toBe('\ufb01'); // not by NFKC, which would make it `fi`
    expect(preparedPassword('Case')).toBe('Case');
  });

  it('is refused when it is empty, longer than 1024 octets, or has a NUL', async () => {
    for (const password of ['', 'a\0b', 'a'.repeat(1025), '\u00e9'.repeat(513)]) {
      expect(await failureOfPromise(passwords.hash(password, ample()))).toMatchObject({
        code: 'password-invalid',
        kind: 'input',
      });
      expect(await passwords.compare(password, CHEAP, ample())).toBe('different');
    }
    expect(preparedPassword('a'.repeat(1024))).toHaveLength(1024);
  });

  it('that cannot be one does not open an account whose hash is of nothing', async () => {
    const ofNothing =
      '$scrypt$ln=4,r=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$spcgNMK/Glf+sRFeaTh6AOS30IZRFQL45Ty/ndK6F7w';
    expect(await passwords.compare('', ofNothing, ample())).toBe('different');
  });
});

describe('a flood of passwords', () => {
  it('is computed two at a time, waits in a room that is bounded, and is then overloaded', async () => {
    const time = new VirtualTime();
    const busy = new Passwords({ timers: time, random: systemRandom });
    const budget = Budget.of(time, 10_000);
    const outcomes = Array.from({ length: 200 }, () => busy.compare('x', CHEAP, budget).catch(failureOf));
    const settledOutcomes = await Promise.all(outcomes);
    const refused = settledOutcomes.filter((outcome) => outcome !== 'different');
    expect(refused).toHaveLength(200 - 2 - 128);
    expect(refused[0]).toMatchObject({ code: 'too-busy', kind: 'overloaded' });
  });
});
