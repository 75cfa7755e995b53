// Claims on mailboxes without any lightweight transaction: write one's own, then read all, both at QUORUM. Of two that
// write at the same moment at least one reads the other's, and whoever sees another one yields. A row is keyed by its
// worker and lives by its TTL, so many short sessions leave one tombstone per worker and not one each.
import { Budget } from '../../base/budget.js';
import type { Clock } from '../../base/clock.js';
import { Failure, failureOf } from '../../base/failure.js';
import { sideBySide } from '../../base/side-by-side.js';
import type { Login } from '../../mail/login.js';
import type { MailboxName } from '../../mail/mailbox-name.js';
import { CLAIM_LASTS_MS, type ClaimStore } from '../api/claims.js';
import type { MailboxAddress } from '../types.js';
import { numberColumn, textColumn } from './columns.js';
import type { ControlLevels } from './consistency.js';
import type { Ring, Row } from './ring.js';
import type { WriteClock } from './write-clock.js';

/** A claim this close to its end may have ended before what extends it arrives. */
const LAST_MOMENT_MS = 5_000;
/** Besides the caller's budget, which is spent when it is needed most. */
const WITHDRAWAL_MS = 5_000;
const PAGE_ROWS = 500;
const RELEASES_AT_ONCE = 16;

export interface ClaimParts {
  readonly ring: Ring;
  readonly levels: ControlLevels;
  readonly writeClock: WriteClock;
  readonly clock: Clock;
}

interface Claim {
  readonly worker: string;
  readonly lastsMs: number;
}

export class CassandraClaims implements ClaimStore {
  readonly #ring: Ring;
  readonly #levels: ControlLevels;
  readonly #writeClock: WriteClock;
  readonly #clock: Clock;

  constructor({ ring, levels, writeClock, clock }: ClaimParts) {
    this.#ring = ring;
    this.#levels = levels;
    this.#writeClock = writeClock;
    this.#clock = clock;
  }

  async claim(address: MailboxAddress, worker: string, budget: Budget): Promise<'granted' | 'taken'> {
    await this.#place(address, worker, budget);
    if (await this.#isAlone(address, worker, budget)) return 'granted';
    await this.#withdraw(address, worker);
    return 'taken';
  }

  /**
   * Reads before it writes: a claim that lapsed must not come back to life, its mailbox may have been used since. A
   * process that was stopped between the two finds, when it goes on, that its time to write is over.
   */
  async refresh(address: MailboxAddress, worker: string, budget: Budget): Promise<'held' | 'lost'> {
    const readAtMs = this.#clock.monotonicMs();
    const claims = await this.#read(address, budget);
    const own = claims.find((claim) => claim.worker === worker);
    if (own === undefined || claims.length > 1) return 'lost';
    const writableMs = own.lastsMs - LAST_MOMENT_MS - (this.#clock.monotonicMs() - readAtMs);
    if (writableMs <= 0) return 'lost';
    await this.#write(address, worker, budget.atMost(writableMs));
    return 'held';
  }

  async release(address: MailboxAddress, worker: string, budget: Budget): Promise<void> {
    const query = {
      cql: 'DELETE FROM pop3_claims USING TIMESTAMP ? WHERE login = ? AND mailbox = ? AND worker = ?',
      values: [this.#writeClock.nextMicros(), address.login, address.mailbox, worker],
    };
    await this.#ring.write(
      { name: 'claims.release', queries: [query], consistency: this.#levels.control, isIdempotent: true },
      budget,
    );
  }

  async releaseAll(worker: string, budget: Budget): Promise<void> {
    const query = { cql: 'SELECT login, mailbox, worker FROM pop3_claims', values: [] };
    const request = {
      name: 'claims.find',
      query,
      consistency: this.#levels.controlRead,
      pageSize: PAGE_ROWS,
    };
    for await (const rows of this.#ring.pages(request, budget)) {
      const found = rows.filter((row) => textColumn(row, 'worker') === worker);
      await sideBySide(found, RELEASES_AT_ONCE, (row) => this.release(addressOf(row), worker, budget));
    }
  }

  /**
   * Only with our own claim among those read: one that its own process's earlier release has swallowed counts nothing.
   * Where the others cannot be seen our claim goes again, lest it keep everybody out until it lapses.
   */
  async #isAlone(address: MailboxAddress, worker: string, budget: Budget): Promise<boolean> {
    try {
      const claims = await this.#read(address, budget);
      return claims.length === 1 && claims[0]?.worker === worker;
    } catch (error) {
      await this.#withdraw(address, worker);
      throw error;
    }
  }

  /** A write of which nobody knows whether it happened goes too. */
  async #place(address: MailboxAddress, worker: string, budget: Budget): Promise<void> {
    try {
      await this.#write(address, worker, budget);
    } catch (error) {
      if (failureOf(error).kind === 'uncertain') await this.#withdraw(address, worker);
      throw error;
    }
  }

  async #withdraw(address: MailboxAddress, worker: string): Promise<void> {
    try {
      await this.release(address, worker, Budget.of(this.#clock, WITHDRAWAL_MS));
    } catch (error) {
      throw new Failure('store-write-uncertain', `the claim of ${worker} may stand until it lapses`, {
        cause: failureOf(error),
      });
    }
  }

  async #write(address: MailboxAddress, worker: string, budget: Budget): Promise<void> {
    const micros = this.#writeClock.nextMicros();
    const query = {
      cql: `INSERT INTO pop3_claims (login, mailbox, worker, claimed_at_ms) VALUES (?, ?, ?, ?) USING TTL ${CLAIM_LASTS_MS / 1000} AND TIMESTAMP ?`,
      values: [address.login, address.mailbox, worker, Math.floor(micros / 1000), micros],
    };
    await this.#ring.write(
      { name: 'claims.write', queries: [query], consistency: this.#levels.control, isIdempotent: true },
      budget,
    );
  }

  async #read(address: MailboxAddress, budget: Budget): Promise<readonly Claim[]> {
    const query = {
      cql: 'SELECT worker, TTL(claimed_at_ms) AS lasts_s FROM pop3_claims WHERE login = ? AND mailbox = ?',
      values: [address.login, address.mailbox],
    };
    const rows = await this.#ring.read(
      { name: 'claims.read', query, consistency: this.#levels.controlRead },
      budget,
    );
    return rows.map((row) => ({
      worker: textColumn(row, 'worker'),
      lastsMs: numberColumn(row, 'lasts_s') * 1000,
    }));
  }
}

/** Only parsed names are ever written. */
function addressOf(row: Row): MailboxAddress {
  return { login: textColumn(row, 'login') as Login, mailbox: textColumn(row, 'mailbox') as MailboxName };
}
