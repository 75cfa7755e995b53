// Logins against the store's accounts. Each one reads its account, so that a new password or a disabled account counts
// at once on every node; only the scrypt is spared, where this very password was proven against this very hash lately.
// Nobody learns whether a user exists: an unknown one costs the same scrypt, and a wrong answer comes at a time counted
// from the beginning, whatever finding it took.
import { BoundedLog } from '../base/bounded-log.js';
import type { Budget } from '../base/budget.js';
import type { Timers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import { visibleText } from '../base/visible-text.js';
import { parseLogin, type Login, type LoginSpelling } from '../mail/login.js';
import type { AccountStore } from '../store/api/accounts.js';
import type { Account } from '../store/types.js';
import { clientNetwork } from './client-network.js';
import type { HomeDomain } from './home-domain.js';
import type { LoginAttempt, LoginCheck, LoginOutcome, Welcome } from './login-check.js';
import { LoginFailures, type Comer, type LoginFailureSettings } from './login-failures.js';
import type { Passwords } from './passwords.js';
import { ProvenLogins, type LoginProof, type ProvenLoginsParts } from './proven-logins.js';
import type { Tallies } from './tallies.js';

/** Strangers decide how often these lines are written. */
const LOG_BOUND = { lines: 10, perMs: 1000 };
const SHOWN_CHARACTERS = 100;

export interface StoreLoginCheckParts extends ProvenLoginsParts {
  readonly accounts: Pick<AccountStore, 'read'>;
  readonly passwords: Pick<Passwords, 'compare'>;
  readonly tallies: Tallies;
  /** Of a login without one. */
  readonly homeDomain: Pick<HomeDomain, 'find'>;
  readonly spelling: LoginSpelling;
  readonly settings: () => LoginFailureSettings;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
}

export class StoreLoginCheck implements LoginCheck, Welcome {
  readonly #parts: StoreLoginCheckParts;
  readonly #log: Log;
  readonly #failures: LoginFailures;
  readonly #proven: ProvenLogins;

  constructor(parts: StoreLoginCheckParts) {
    this.#parts = parts;
    this.#log = new BoundedLog(parts.log, parts.clock, LOG_BOUND);
    this.#failures = new LoginFailures(parts);
    this.#proven = new ProvenLogins(parts);
  }

  /** What another worker of this node has proven. */
  learn(proof: LoginProof): void {
    this.#proven.learn(proof);
  }

  async check(attempt: LoginAttempt, budget: Budget): Promise<LoginOutcome> {
    try {
      const login = await this.#loginOf(attempt.user, budget);
      const comer = { network: clientNetwork(attempt.client), login };
      const outcome = await this.#decide(attempt, comer, budget);
      this.#tell(outcome, attempt);
      return outcome;
    } catch (error) {
      this.#parts.metrics.count('cassmail_logins_total', { outcome: 'failed' });
      throw error;
    }
  }

  async isWelcome(login: Login, budget: Budget, atLogin?: Account): Promise<boolean> {
    const account = await this.#parts.accounts.read(login, budget);
    if (account === undefined || account.settings.isDisabled) return false;
    return atLogin === undefined || account.settings.passwordHash === atLogin.settings.passwordHash;
  }

  async #decide(attempt: LoginAttempt, comer: Comer, budget: Budget): Promise<LoginOutcome> {
    const startedAtMs = this.#parts.clock.monotonicMs();
    // A login seen here before asks the store only; anybody else asks first whether he may try at all.
    const isTrusted = this.#failures.isTrusted(comer);
    if (!isTrusted && (await this.#failures.areTooMany(comer))) return this.#slowed();
    const account = comer.login && (await this.#parts.accounts.read(comer.login, budget));
    const isProven = account !== undefined && this.#proven.has(account, attempt.password);
    if (isProven) this.#parts.metrics.count('cassmail_logins_remembered_total', {});
    if (isTrusted && isProven) return outcomeFor(account);
    if (isTrusted && (await this.#failures.areTooMany(comer))) return this.#slowed();
    if (isProven || (await this.#isRight(attempt, account, budget))) return this.#welcome(account, comer);
    const answerAtMs = startedAtMs + (await this.#failures.note(comer));
    await this.#waitUntil(answerAtMs, budget);
    return { kind: 'refused' };
  }

  /** Whether there is such an account or not, the same is computed. */
  async #isRight({ password }: LoginAttempt, account: Account | undefined, budget: Budget): Promise<boolean> {
    const hash = account?.settings.passwordHash;
    const comparison = await this.#parts.passwords.compare(password, hash, budget);
    if (comparison === 'unreadable') this.#log.write('login.hash-unreadable', { user: account?.login });
    if (account !== undefined && comparison === 'same') this.#proven.remember(account, password);
    return comparison === 'same';
  }

  /** Many may have been tried at once: a right one that comes after too many wrong ones counts for nothing either. */
  async #welcome(account: Account | undefined, comer: Comer): Promise<LoginOutcome> {
    if (account === undefined || (await this.#failures.areTooMany(comer))) return this.#slowed();
    await this.#failures.trust(comer);
    return outcomeFor(account);
  }

  /** How long exactly is not known: the counts fade bit by bit. */
  #slowed(): LoginOutcome {
    return { kind: 'slowed', retryAfterMs: this.#parts.settings().failureWindowMs };
  }

  async #waitUntil(atMs: number, budget: Budget): Promise<void> {
    const waitMs = Math.min(atMs - this.#parts.clock.monotonicMs(), budget.remainingMs());
    if (waitMs > 0) await this.#parts.timers.sleep(waitMs);
  }

  /** Undefined: it is nobody's, whoever there is. */
  async #loginOf(user: string, budget: Budget): Promise<Login | undefined> {
    const isWhole = user.includes('@');
    const homeDomain = isWhole ? undefined : await this.#parts.homeDomain.find(budget);
    if (!isWhole && homeDomain === undefined) return undefined;
    try {
      return parseLogin(isWhole ? user : `${user}@${homeDomain}`, this.#parts.spelling);
    } catch (error) {
      if (error instanceof Failure) return undefined;
      throw error;
    }
  }

  #tell({ kind }: LoginOutcome, { client, user }: LoginAttempt): void {
    this.#parts.metrics.count('cassmail_logins_total', { outcome: kind });
    const log = kind === 'granted' ? this.#parts.log : this.#log;
    log.write(`login.${kind}`, { client, user: visibleText(user, SHOWN_CHARACTERS) });
  }
}

function outcomeFor(account: Account): LoginOutcome {
  return account.settings.isDisabled ? { kind: 'disabled' } : { kind: 'granted', account };
}
