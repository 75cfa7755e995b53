// The door to mailboxes over a store: two locks and a look. Sessions of one process are kept apart in memory, since to
// the store they are one; those of different processes by claims. Whoever finds it locked tries again, at random
// moments, for two seconds: mail programs that fetch over several connections, and a session that is just ending, are
// done by then.
import type { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import type { Random } from '../base/random.js';
import type { ClaimStore } from '../store/api/claims.js';
import type { MailboxStore } from '../store/api/mailboxes.js';
import type { MailboxAddress } from '../store/types.js';
import { ClaimKeeper, type HeldClaim } from './claim-keeper.js';
import type { MailboxDoor, OpenMailbox } from './mailbox-door.js';
import { MailboxIndex } from './mailbox-index.js';
import { StoreOpenMailbox } from './store-open-mailbox.js';

export interface StoreMailboxDoorParts {
  readonly mailboxes: Pick<MailboxStore, 'list' | 'read' | 'remove'>;
  readonly claims: ClaimStore;
  /** The name of this process, unique among all processes of all nodes. */
  readonly worker: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

const WORTH_WAITING_MS = 2_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 400;

export class StoreMailboxDoor implements MailboxDoor {
  readonly #parts: StoreMailboxDoorParts;
  readonly #keeper: ClaimKeeper;
  /** Mailboxes that a session of this process has, or is about to have. */
  readonly #locked = new Set<string>();

  constructor(parts: StoreMailboxDoorParts) {
    this.#parts = parts;
    this.#keeper = new ClaimKeeper(parts);
  }

  async open(address: MailboxAddress, budget: Budget): Promise<OpenMailbox | 'in-use'> {
    try {
      const opened = await this.#openPatiently(address, budget);
      this.#count(opened === 'in-use' ? 'in-use' : 'opened');
      return opened;
    } catch (error) {
      this.#count(error instanceof Failure ? error.code : 'bug');
      throw error;
    }
  }

  async #openPatiently(address: MailboxAddress, budget: Budget): Promise<OpenMailbox | 'in-use'> {
    const { timers, random } = this.#parts;
    const patience = budget.atMost(WORTH_WAITING_MS);
    for (let attempt = 0; ; attempt += 1) {
      const opened = await this.#openOnce(address, budget);
      if (opened !== 'in-use') return opened;
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + random.fraction());
      if (patience.remainingMs() <= pauseMs) return 'in-use';
      await timers.sleep(pauseMs);
    }
  }

  async #openOnce(address: MailboxAddress, budget: Budget): Promise<OpenMailbox | 'in-use'> {
    const key = `${address.login}|${address.mailbox}`; // neither has a | in it
    if (this.#locked.has(key)) return 'in-use';
    this.#locked.add(key);
    const unlock = (): void => void this.#locked.delete(key);
    let claim: HeldClaim | 'taken' = 'taken';
    try {
      claim = await this.#keeper.claim(address, budget);
    } finally {
      if (claim === 'taken') unlock();
    }
    return claim === 'taken' ? 'in-use' : this.#openClaimed(claim, unlock, budget);
  }

  async #openClaimed(claim: HeldClaim, unlock: () => void, budget: Budget): Promise<OpenMailbox> {
    const { mailboxes, clock } = this.#parts;
    try {
      const index = await MailboxIndex.of(mailboxes.list(claim.address, budget));
      return new StoreOpenMailbox({ mailboxes, clock, keeper: this.#keeper, claim, index, closed: unlock });
    } catch (error) {
      await this.#keeper.release(claim).finally(unlock);
      throw error;
    }
  }

  #count(outcome: string): void {
    this.#parts.metrics.count('cassmail_mailbox_opens_total', { outcome });
  }
}
