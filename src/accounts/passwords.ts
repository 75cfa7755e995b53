// Passwords as they are kept: scrypt (RFC 7914), each with its own salt and cost, in the form `$scrypt$ln=…,r=…,p=…$salt$hash`.
// Node computes it in the threads that also read and write files (libuv's pool has four): two at a time are allowed here,
// so that a flood of logins leaves the store its own, and as many wait as a few seconds serve; the next is *too-busy*.
import { scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import type { Budget } from '../base/budget.js';
import type { Timers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import { Gate } from '../base/gate.js';
import type { Random } from '../base/random.js';

const AT_ONCE = 2;
/** Each takes some 30 to 50 ms of a core. */
const WAITING = 128;

const SALT_OCTETS = 16;
const HASH_OCTETS = 32;
/** N = 2^14, r = 8: 16 MiB for each, and tens of milliseconds. What is stored keeps the cost it was made with. */
const COST: Cost = { lnN: 14, r: 8, p: 1 };
/** No stored cost makes a login a burden: 128 MiB at most. */
const MOST_MEMORY = 128 * 1024 * 1024;
const ENCODED =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,86})\$([A-Za-z0-9+/]{22,86})$/;

const PASSWORD_OCTETS = 1024;

interface Cost {
  readonly lnN: number;
  readonly r: number;
  readonly p: number;
}

interface Stored {
  readonly cost: Cost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** *unreadable*: what is stored was not made here; no password opens it. */
export type Comparison = 'same' | 'different' | 'unreadable';

export interface PasswordsParts {
  readonly timers: Timers;
  readonly random: Random;
}

export class Passwords {
  readonly #gate: Gate;
  readonly #random: Random;
  readonly #nobodys: Stored;

  constructor({ timers, random }: PasswordsParts) {
    this.#gate = new Gate({ name: 'passwords', width: AT_ONCE, waiting: WAITING }, timers);
    this.#random = random;
    this.#nobodys = { cost: COST, salt: this.#bytes(SALT_OCTETS), hash: this.#bytes(HASH_OCTETS) };
  }

  /** As an account keeps it. Throws *password-invalid*. */
  async hash(password: string, budget: Budget): Promise<string> {
    const prepared = preparedPassword(password);
    if (prepared === undefined) {
      throw new Failure(
        'password-invalid',
        `a password has 1 to ${PASSWORD_OCTETS} octets, none of which is NUL`,
      );
    }
    const salt = this.#bytes(SALT_OCTETS);
    const hash = await this.#derive(prepared, { cost: COST, salt, hash: Buffer.alloc(HASH_OCTETS) }, budget);
    const { lnN, r, p } = COST;
    return `$scrypt$ln=${lnN},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  /** Costs the same whatever it finds; without a hash (there is no such user) too. */
  async compare(password: string, encoded: string | undefined, budget: Budget): Promise<Comparison> {
    const prepared = preparedPassword(password);
    const stored = encoded === undefined ? undefined : decoded(encoded);
    const against = stored ?? this.#nobodys;
    const isSame = timingSafeEqual(await this.#derive(prepared ?? '', against, budget), against.hash);
    if (encoded !== undefined && stored === undefined) return 'unreadable';
    return isSame && prepared !== undefined && stored !== undefined ? 'same' : 'different';
  }

  #derive(password: string, { cost, salt, hash }: Stored, budget: Budget): Promise<Buffer> {
    const { lnN, r, p } = cost;
    const options = { N: 2 ** lnN, r, p, maxmem: 2 * memoryOf(cost) };
    return this.#gate.run(budget, () => scryptOf(password, salt, { ...options, length: hash.length }));
  }

  #bytes(count: number): Buffer {
    return Buffer.from(this.#random.bytes(count));
  }
}

/**
 * As RFC 8265 section 4.2 prepares a password for comparison: composed (NFC), every space a plain one, case kept; so that
 * one typed on two machines is the same octets. Not SASLprep's NFKC, which that RFC gave up: it makes different passwords
 * the same. Undefined where it cannot be one: NUL ends the parts of AUTH PLAIN (RFC 4616).
 */
export function preparedPassword(password: string): string | undefined {
  if (password.length > PASSWORD_OCTETS) return undefined; // before any work is done on it
  const prepared = password.normalize('NFC').replace(/\p{Zs}/gu, ' ');
  const octets = Buffer.byteLength(prepared);
  return octets === 0 || octets > PASSWORD_OCTETS || prepared.includes('\0') ? undefined : prepared;
}

function decoded(encoded: string): Stored | undefined {
  const [, lnN, r, p, salt = '', hash = ''] = ENCODED.exec(encoded) ?? [];
  const cost = { lnN: Number(lnN), r: Number(r), p: Number(p) };
  const isSound = cost.lnN >= 1 && cost.r >= 1 && cost.p >= 1 && memoryOf(cost) <= MOST_MEMORY;
  return isSound ? { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') } : undefined;
}

/** RFC 7914 section 2: 128 * r octets for each of N and of p. */
function memoryOf({ lnN, r, p }: Cost): number {
  return 128 * r * (2 ** lnN + p);
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

function scryptOf(
  password: string,
  salt: Buffer,
  { length, ...options }: ScryptOptions & { readonly length: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
