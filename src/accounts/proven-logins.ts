// Logins that were proven lately, so that a mail program that comes every minute does not cost a scrypt each time. Kept as
// keyed hashes over the password and what it was checked against, the key never leaves the process: nothing here tells a
// password, and what was proven against an older password proves nothing.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.js';
import { Lru } from '../base/lru.js';
import type { Random } from '../base/random.js';
import type { Account } from '../store/types.js';

const LASTS_MS = 5 * 60 * 1000;
const MOST = 20_000;
const KEY_OCTETS = 32;

interface Proof {
  readonly digest: Buffer;
  readonly untilMs: number;
}

export interface ProvenLoginsParts {
  readonly clock: Clock;
  readonly random: Random;
}

export class ProvenLogins {
  readonly #clock: Clock;
  readonly #key: Uint8Array;
  readonly #proofs = new Lru<string, Proof>(MOST);

  constructor({ clock, random }: ProvenLoginsParts) {
    this.#clock = clock;
    this.#key = random.bytes(KEY_OCTETS);
  }

  remember(account: Account, password: string): void {
    const untilMs = this.#clock.monotonicMs() + LASTS_MS;
    this.#proofs.set(account.login, { digest: this.#digest(account, password), untilMs });
  }

  /** Use prolongs nothing: every few minutes the password is checked again. */
  has(account: Account, password: string): boolean {
    const proof = this.#proofs.get(account.login);
    if (proof === undefined) return false;
    if (this.#clock.monotonicMs() < proof.untilMs) {
      return timingSafeEqual(proof.digest, this.#digest(account, password));
    }
    this.#proofs.delete(account.login);
    return false;
  }

  /** No login and no hash has a NUL, so none of the three can be taken for another. */
  #digest({ login, settings }: Account, password: string): Buffer {
    return createHmac('sha256', this.#key)
      .update(`${login}\0${settings.passwordHash}\0`)
      .update(password)
      .digest();
  }
}
