// How a user goes: first his account is disabled and marked, so that no mail comes any more and everybody sees that he is
// being removed; then his mail goes, in the background, for it may be much; then his account. Whatever ends this half way
// leaves the mark, and what is marked goes on: when a node starts, and when he is removed again. Two nodes that remove the
// same one do each other no harm.
//
// Mail that was on its way to him is waited for. What takes longer to arrive is looked up again before it is delivered
// (src/intake), and finds him gone. What is left is a store that takes longer than SETTLE_MS to write one message: that
// message stays where nobody sees it, and goes when a mailbox of that name is made again.
import { Budget } from '../../base/budget.js';
import { Failure, failureOf, type FailureCode } from '../../base/failure.js';
import { Lru } from '../../base/lru.js';
import type { Login } from '../../mail/login.js';
import { INBOX, OUTBOX } from '../../mail/mailbox-name.js';
import type { Account } from '../../store/types.js';
import { decided } from './decided.js';
import { removeMail, SETTLE_MS } from './mail-removal.js';
import type { AdministrationParts } from './parts.js';
import { knownAccount } from './user.js';
import type { Usage } from './usage.js';

export interface Removal {
  readonly address: Login;
  readonly state: 'under-way' | 'done' | 'failed';
  /** So far. */
  readonly removedMessages: number;
  readonly removedBytes: number;
  /** Why it failed; removing the user again goes on. */
  readonly failure?: { readonly code: FailureCode; readonly detail: string };
}

/** At once; each is one page of messages in flight. */
const MOST_UNDER_WAY = 8;
/** Finished ones whose outcome can still be asked for. */
const REMEMBERED = 1000;
const PAGE_MS = 30_000;
const LOOK_MS = 60_000;
const RESUME_AGAIN_MS = 30_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** With the waits between them about half an hour: a store that is away longer needs a person. */
const MOST_TRIES = 35;

type Parts = Pick<AdministrationParts, 'accounts' | 'mailboxes' | 'clock' | 'timers' | 'log'>;

/** Those of this node. */
export class UserRemovals {
  readonly #parts: Parts;
  readonly #underWay = new Map<Login, UserRemoval>();
  readonly #ended = new Lru<Login, Removal>(REMEMBERED);
  readonly #stop = new AbortController();
  readonly #runs = new Set<Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves when the user is disabled and marked, and the rest has begun, or had begun before. *user-unknown*, *too-busy*. */
  async begin(address: Login, budget: Budget): Promise<Removal> {
    const before = this.#underWay.get(address);
    if (before !== undefined) return before.progress;
    if (this.#stop.signal.aborted) throw stopping();
    if (this.#underWay.size >= MOST_UNDER_WAY) {
      throw new Failure(
        'too-busy',
        `${MOST_UNDER_WAY} users are being removed already; wait for one of them`,
      );
    }
    const removal = new UserRemoval(address, this.#parts, this.#stop.signal);
    this.#underWay.set(address, removal);
    try {
      await removal.mark(budget);
    } catch (error) {
      this.#underWay.delete(address);
      throw error;
    }
    this.#keep(this.#run(removal));
    return removal.progress;
  }

  /** Goes on, in the background, with those who were being removed when a node ended. */
  resume(): void {
    this.#keep(this.#resumeAll());
  }

  /** Undefined: not since this node started. */
  find(address: Login): Removal | undefined {
    return this.#underWay.get(address)?.progress ?? this.#ended.get(address);
  }

  /**
   * Whoever does it: of one that another node does it is known only that it is under way. *user-unknown* when there is no
   * such user, and none was removed here lately; *removal-unknown* when nobody removes him.
   */
  async look(address: Login, budget: Budget): Promise<Removal> {
    const own = this.find(address);
    if (own?.state === 'under-way') return own;
    const account = await this.#parts.accounts.read(address, budget);
    const hasGone = account === undefined;
    if (own !== undefined && hasGone === (own.state === 'done')) return own; // and nothing new has happened since
    if (hasGone) throw new Failure('user-unknown', `there is no user ${address}`);
    if (account.settings.removalBeganAtMs !== undefined) return beginning(address);
    throw new Failure('removal-unknown', `${address} is not being removed`);
  }

  /** Ends what is under way after its page. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#runs);
  }

  #keep(run: Promise<void>): void {
    this.#runs.add(run);
    void run.then(() => this.#runs.delete(run));
  }

  async #resumeAll(): Promise<void> {
    const { timers } = this.#parts;
    while (!this.#stop.signal.aborted && !(await this.#hasResumed())) {
      await timers.sleep(RESUME_AGAIN_MS, this.#stop.signal);
    }
  }

  /** False: some are still to be begun, since there are many, or the store is away. */
  async #hasResumed(): Promise<boolean> {
    const { accounts, clock } = this.#parts;
    try {
      for await (const page of accounts.list(Budget.of(clock, LOOK_MS))) {
        for (const { login, settings } of page) {
          if (settings.removalBeganAtMs !== undefined) await this.begin(login, Budget.of(clock, PAGE_MS));
        }
      }
      return true;
    } catch (error) {
      failureOf(error);
      return false;
    }
  }

  async #run(removal: UserRemoval): Promise<void> {
    await removal.run();
    this.#underWay.delete(removal.address);
    this.#ended.set(removal.address, removal.progress);
  }
}

class UserRemoval {
  readonly address: Login;
  readonly #parts: Parts;
  readonly #stop: AbortSignal;
  #progress: Removal;
  #markedAtMs = 0;
  /** Names this removal in the account. */
  #beganAtMs = 0;

  constructor(address: Login, parts: Parts, stop: AbortSignal) {
    this.address = address;
    this.#parts = parts;
    this.#stop = stop;
    this.#progress = beginning(address);
  }

  get progress(): Removal {
    return this.#progress;
  }

  async mark(budget: Budget): Promise<void> {
    const { accounts, clock } = this.#parts;
    await decided(`user ${this.address}`, async () => {
      const account = await knownAccount(accounts, this.address, budget);
      const { removalBeganAtMs } = account.settings;
      this.#beganAtMs = removalBeganAtMs ?? Math.floor(clock.wallMs());
      if (removalBeganAtMs !== undefined) return 'changed';
      const settings = { ...account.settings, isDisabled: true, removalBeganAtMs: this.#beganAtMs };
      return accounts.change(account, settings, budget);
    });
    this.#markedAtMs = clock.monotonicMs();
  }

  async run(): Promise<void> {
    const { timers, log } = this.#parts;
    for (let tries = 1; this.#progress.state === 'under-way'; tries += 1) {
      const failure = await this.#attempt();
      if (failure === undefined) {
        this.#progress = { ...this.#progress, state: 'done' };
        log.write('user.removed', { user: this.address, messages: this.#progress.removedMessages });
      } else if (this.#stop.aborted || tries >= MOST_TRIES || !mayPass(failure)) {
        const { code, message: detail } = failure;
        this.#progress = { ...this.#progress, state: 'failed', failure: { code, detail } };
        log.write('user.removal-failed', { user: this.address, code, says: detail });
      } else {
        await timers.sleep(Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS), this.#stop);
      }
    }
  }

  async #attempt(): Promise<Failure | undefined> {
    try {
      await this.#removeMail();
      await this.#settle();
      await this.#removeMail(); // what had been on its way
      await this.#removeAccount();
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  }

  async #settle(): Promise<void> {
    const { clock, timers } = this.#parts;
    await timers.sleep(Math.max(0, this.#markedAtMs + SETTLE_MS - clock.monotonicMs()), this.#stop);
    this.#assertGoesOn();
  }

  async #removeMail(): Promise<void> {
    const account = await this.#stillLeaving();
    const named = account === undefined ? [] : [...account.mailboxes, ...account.leavingMailboxes.keys()];
    for (const mailbox of new Set([...named, INBOX, OUTBOX])) {
      await removeMail({
        mailboxes: this.#parts.mailboxes,
        address: { login: this.address, mailbox },
        budget: () => this.#pageBudget(),
        acceptedBefore: () => this.#endOfHisMail(),
        onRemoved: (removed) => this.#count(removed),
      });
    }
  }

  /** Nothing that comes later is his: another node may have ended this, and the next user of the address be there. */
  async #endOfHisMail(): Promise<number> {
    this.#assertGoesOn();
    const nowMs = this.#parts.clock.wallMs();
    return (await this.#stillLeaving()) === undefined ? 0 : nowMs;
  }

  /** Undefined: another node has removed him. Fails with *changed-meanwhile* when he is to stay. */
  async #stillLeaving(): Promise<Account | undefined> {
    const account = await this.#parts.accounts.read(this.address, this.#pageBudget());
    if (account === undefined || account.settings.removalBeganAtMs === this.#beganAtMs) return account;
    throw new Failure(
      'changed-meanwhile',
      `${this.address} was enabled or added while being removed, and stays`,
    );
  }

  async #removeAccount(): Promise<void> {
    const { accounts } = this.#parts;
    await decided(`user ${this.address}`, async () => {
      const account = await this.#stillLeaving();
      return account === undefined ? 'removed' : accounts.remove(account, this.#pageBudget());
    });
  }

  #count({ messages, sizeBytes }: Usage): void {
    const { removedMessages, removedBytes } = this.#progress;
    this.#progress = {
      ...this.#progress,
      removedMessages: removedMessages + messages,
      removedBytes: removedBytes + sizeBytes,
    };
  }

  #pageBudget(): Budget {
    return Budget.of(this.#parts.clock, PAGE_MS);
  }

  #assertGoesOn(): void {
    if (this.#stop.aborted) throw stopping();
  }
}

function beginning(address: Login): Removal {
  return { address, state: 'under-way', removedMessages: 0, removedBytes: 0 };
}

function mayPass({ kind }: Failure): boolean {
  return kind === 'temporary' || kind === 'overloaded' || kind === 'uncertain';
}

function stopping(): Failure {
  return new Failure(
    'store-closed',
    'the node is stopping; removing the user again goes on where this ended',
  );
}
