// Slowing those who guess passwords: wrong ones are counted by client network and by account. The first make answers
// late; past a limit no login from that network, or for that account, is looked at until the count has faded. Existing and
// invented accounts count alike.
//
// An account under attack is closed to strangers, and open to the networks that have logged in to it before: a right
// password from a new place is refused for as long as the attack lasts. The other choice would let the attackers go on.
// No success takes anything off the counts: whoever has an account of his own could guess others' for ever.
import type { Clock } from '../base/clock.js';
import { Lru } from '../base/lru.js';
import type { Login } from '../mail/login.js';
import type { Tallies } from './tallies.js';

const MOST_DOUBLINGS = 3;
/** How long a network that logged in to an account is known there. */
const KNOWN_MS = 7 * 24 * 60 * 60 * 1000;
/**
 * How long this process goes by having seen that a network is refused, without asking again. So often a guess may go
 * unasked that is made as somebody who has logged in from that network: far less than the limit allows.
 */
const REFUSED_MS = 30_000;
const MOST_REMEMBERED = 20_000;

export interface LoginFailureSettings {
  readonly failuresPerAccount: number;
  readonly failuresPerIp: number;
  readonly failureWindowMs: number;
  readonly failureDelayMs: number;
}

/** Who tries to log in, from which network and as whom; undefined where the text can be nobody's login. */
export interface Comer {
  readonly network: string;
  readonly login: Login | undefined;
}

export interface LoginFailuresParts {
  readonly tallies: Tallies;
  readonly clock: Clock;
  readonly settings: () => LoginFailureSettings;
}

export class LoginFailures {
  readonly #parts: LoginFailuresParts;
  readonly #refusedUntilMs = new Lru<string, number>(MOST_REMEMBERED);
  readonly #knownHere = new Lru<string, true>(MOST_REMEMBERED);

  constructor(parts: LoginFailuresParts) {
    this.#parts = parts;
  }

  /** Whether this network is known here to have logged in so, and not to be refused now. Asks nobody. */
  isTrusted(comer: Comer): boolean {
    return this.#knownHere.get(pairOf(comer)) === true && !this.#isRefusedHere(comer.network);
  }

  async areTooMany(comer: Comer): Promise<boolean> {
    if (this.#isRefusedHere(comer.network)) return true;
    const { ofAccount } = await this.#add(comer, 0);
    if (this.#isRefusedHere(comer.network)) return true;
    return ofAccount >= this.#parts.settings().failuresPerAccount && !(await this.#isKnown(comer));
  }

  /** Counts one more; tells how long its answer shall wait. */
  async note(comer: Comer): Promise<number> {
    const { ofNetwork, ofAccount } = await this.#add(comer, 1);
    const doublings = Math.min(MOST_DOUBLINGS, Math.max(ofNetwork, ofAccount) - 1);
    return this.#parts.settings().failureDelayMs * 2 ** doublings;
  }

  /** This network has logged in so. */
  async trust(comer: Comer): Promise<void> {
    this.#knownHere.set(pairOf(comer), true);
    await this.#parts.tallies.add(pairOf(comer), 1, KNOWN_MS);
  }

  async #isKnown(comer: Comer): Promise<boolean> {
    return (
      this.#knownHere.get(pairOf(comer)) === true ||
      (await this.#parts.tallies.add(pairOf(comer), 0, KNOWN_MS)) > 0
    );
  }

  #isRefusedHere(network: string): boolean {
    const untilMs = this.#refusedUntilMs.get(network);
    return untilMs !== undefined && this.#parts.clock.monotonicMs() < untilMs;
  }

  async #add({ network, login }: Comer, by: number): Promise<{ ofNetwork: number; ofAccount: number }> {
    const { failureWindowMs, failuresPerIp } = this.#parts.settings();
    const count = (name: string): Promise<number> => this.#parts.tallies.add(name, by, failureWindowMs);
    const [ofNetwork, ofAccount] = await Promise.all([
      count(`login:from:${network}`),
      login === undefined ? 0 : count(`login:to:${login}`),
    ]);
    if (ofNetwork >= failuresPerIp) {
      this.#refusedUntilMs.set(network, this.#parts.clock.monotonicMs() + REFUSED_MS);
    }
    return { ofNetwork, ofAccount };
  }
}

function pairOf({ network, login }: Comer): string {
  return `login:known:${network}:${login ?? ''}`;
}
