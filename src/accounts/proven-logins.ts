// Logins that were proven lately, so that a mail program that comes every minute does not cost a scrypt each time. Kept as
// keyed hashes over the password and what it was checked against, with a key that only the processes of this node have:
// nothing here tells a password, and what was proven against an older password proves nothing. What one worker has proven
// the others of the node are told, since a mail program meets any of them.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.js';
import { Lru } from '../base/lru.js';
import type { Account } from '../store/types.js';

const LASTS_MS = 5 * 60 * 1000;
const MOST = 20_000;

interface Proof {
  readonly digest: Buffer;
  readonly untilMs: number;
}

/** What the workers of a node tell each other. */
export interface LoginProof {
  readonly login: string;
  readonly digest: Uint8Array;
}

export interface ProvenLoginsParts {
  readonly clock: Clock;
  /** 32 random octets, the same for all who share proofs. */
  readonly proofKey: Uint8Array;
  /** Tells the others. */
  readonly shareProof: (proof: LoginProof) => void;
}

export class ProvenLogins {
  readonly #clock: Clock;
  readonly #key: Uint8Array;
  readonly #share: (proof: LoginProof) => void;
  readonly #proofs = new Lru<string, Proof>(MOST);

  constructor({ clock, proofKey, shareProof }: ProvenLoginsParts) {
    this.#clock = clock;
    this.#key = proofKey;
    this.#share = shareProof;
  }

  remember(account: Account, password: string): void {
    const proof = { login: account.login, digest: this.#digest(account, password) };
    this.learn(proof);
    this.#share(proof);
  }

  /** Somebody who has the key has proven it just now. */
  learn({ login, digest }: LoginProof): void {
    const untilMs = this.#clock.monotonicMs() + LASTS_MS;
    this.#proofs.set(login, { digest: Buffer.from(digest), untilMs });
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
