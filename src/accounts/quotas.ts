// Whether a user may be given more mail. What he keeps is counted from the index of his mailboxes; a count serves for a
// minute, near the quota for ten seconds, with what this process delivers meanwhile added to it. So a quota is soft: it
// is overshot by what other processes and nodes deliver in that time, and by the messages that were let in before the
// last one filled it. Nobody is counted who has no quota.
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Gate } from '../base/gate.js';
import { Lru } from '../base/lru.js';
import { waitWithin } from '../base/wait-within.js';
import { INBOX } from '../mail/mailbox-name.js';
import type { Login } from '../mail/login.js';
import type { MailboxStore } from '../store/api/mailboxes.js';
import type { Account } from '../store/types.js';
import { usageOf, type Usage } from './administration/usage.js';

const LASTS_MS = 60_000;
const LASTS_NEAR_MS = 10_000;
/** Of the quota. */
const NEAR = 0.8;
/** Counting a large mailbox takes a while: it shall not take more than a twentieth of the time. */
const REST_PER_WORK = 20;
/** A count goes on for those who come later, whoever asked first has long gone. */
const COUNT_MS = 60_000;
const COUNTS_AT_ONCE = 8;
const COUNTS_WAITING = 1000;
const MOST_REMEMBERED = 20_000;

export interface QuotaSettings {
  /** Of those who have none of their own; `Infinity`: none. */
  readonly quotaBytes: number;
  readonly quotaMessages: number;
}

export interface QuotasParts {
  readonly mailboxes: Pick<MailboxStore, 'list'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly settings: () => QuotaSettings;
}

interface Count {
  messages: number;
  sizeBytes: number;
  readonly beganAtMs: number;
  tookMs: number;
}

interface Counting {
  readonly count: Count;
  readonly done: Promise<Count>;
}

export class Quotas {
  readonly #parts: QuotasParts;
  readonly #gate: Gate;
  readonly #counts = new Lru<Login, Count>(MOST_REMEMBERED);
  readonly #underWay = new Map<Login, Counting>();

  constructor(parts: QuotasParts) {
    this.#parts = parts;
    const bounds = { name: 'counts of mailboxes', width: COUNTS_AT_ONCE, waiting: COUNTS_WAITING };
    this.#gate = new Gate(bounds, parts.timers);
  }

  /** At once where nothing has to be counted. */
  isFull(account: Account, budget: Budget): boolean | Promise<boolean> {
    const { quotaBytes, quotaMessages } = this.#quotasOf(account);
    if (quotaBytes === Number.POSITIVE_INFINITY && quotaMessages === Number.POSITIVE_INFINITY) return false;
    const share = ({ sizeBytes, messages }: Usage): number =>
      Math.max(sizeBytes / quotaBytes, messages / quotaMessages);
    const known = this.#counts.get(account.login);
    const isFresh = known !== undefined && this.#ageMs(known) < lastsMs(known, share(known) >= NEAR);
    if (isFresh) return share(known) >= 1;
    return this.#counted(account, budget).then((count) => share(count) >= 1);
  }

  #quotasOf({ settings: own }: Account): QuotaSettings {
    const { quotaBytes, quotaMessages } = this.#parts.settings();
    return {
      quotaBytes: own.quotaBytes ?? quotaBytes,
      quotaMessages: own.quotaMessages ?? quotaMessages,
    };
  }

  /** This process has stored a message of this size for him. */
  noteDelivery(login: Login, sizeBytes: number): void {
    for (const count of new Set([this.#counts.get(login), this.#underWay.get(login)?.count])) {
      if (count === undefined) continue;
      count.messages += 1;
      count.sizeBytes += sizeBytes;
    }
  }

  async #counted(account: Account, budget: Budget): Promise<Count> {
    const counting = this.#underWay.get(account.login) ?? this.#begin(account);
    await waitWithin(budget, this.#parts.timers, counting.done, `the count of ${account.login}'s mailboxes`);
    return counting.done;
  }

  /** What is delivered while it is counted may be counted twice, never not at all. */
  #begin(account: Account): Counting {
    const { login } = account;
    const count = { messages: 0, sizeBytes: 0, beganAtMs: this.#parts.clock.monotonicMs(), tookMs: 0 };
    const counting = { count, done: this.#count(account, count).finally(() => this.#underWay.delete(login)) };
    counting.done.catch(() => undefined); // those who wait hear of it, if there still are any
    this.#underWay.set(login, counting);
    return counting;
  }

  async #count({ login, mailboxes }: Account, count: Count): Promise<Count> {
    const budget = Budget.of(this.#parts.clock, COUNT_MS);
    await this.#gate.run(budget, async () => {
      for (const mailbox of new Set([INBOX, ...mailboxes])) {
        const { messages, sizeBytes } = await usageOf(this.#parts.mailboxes, { login, mailbox }, budget);
        count.messages += messages;
        count.sizeBytes += sizeBytes;
      }
    });
    count.tookMs = this.#ageMs(count);
    this.#counts.set(login, count);
    return count;
  }

  #ageMs({ beganAtMs }: Count): number {
    return this.#parts.clock.monotonicMs() - beganAtMs;
  }
}

function lastsMs({ tookMs }: Count, isNear: boolean): number {
  return isNear ? Math.min(LASTS_MS, Math.max(LASTS_NEAR_MS, REST_PER_WORK * tookMs)) : LASTS_MS;
}
