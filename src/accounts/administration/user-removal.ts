// How a user goes: disabled first, so that no mail comes any more; then his mail, in the background, for it may be much;
// then his account. Whatever ends this half way leaves a disabled user, and removing him again goes on from there.
import { Budget } from '../../base/budget.js';
import { Failure, failureOf, type FailureCode } from '../../base/failure.js';
import { Lru } from '../../base/lru.js';
import type { Login } from '../../mail/login.js';
import { INBOX, OUTBOX } from '../../mail/mailbox-name.js';
import { decided } from './decided.js';
import { removeMail } from './mail-removal.js';
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
/** By then every worker of every node knows that the user is disabled, and what was on its way to him has come. */
const SETTLE_MS = 15_000;
const PAGE_MS = 30_000;
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

  /** Resolves when the user is disabled and the rest has begun, or had begun before. *user-unknown*, *too-busy*. */
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
      await removal.disable(budget);
    } catch (error) {
      this.#underWay.delete(address);
      throw error;
    }
    const run = this.#run(removal);
    this.#runs.add(run);
    void run.then(() => this.#runs.delete(run));
    return removal.progress;
  }

  /** Undefined: not since this node started. */
  find(address: Login): Removal | undefined {
    return this.#underWay.get(address)?.progress ?? this.#ended.get(address);
  }

  /** Ends what is under way after its page. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#runs);
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
  #disabledAtMs = 0;

  constructor(address: Login, parts: Parts, stop: AbortSignal) {
    this.address = address;
    this.#parts = parts;
    this.#stop = stop;
    this.#progress = { address, state: 'under-way', removedMessages: 0, removedBytes: 0 };
  }

  get progress(): Removal {
    return this.#progress;
  }

  async disable(budget: Budget): Promise<void> {
    const { accounts, clock } = this.#parts;
    await decided(`user ${this.address}`, async () => {
      const account = await knownAccount(accounts, this.address, budget);
      if (account.settings.isDisabled) return 'changed';
      return accounts.change(account, { ...account.settings, isDisabled: true }, budget);
    });
    this.#disabledAtMs = clock.monotonicMs();
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
    await timers.sleep(Math.max(0, this.#disabledAtMs + SETTLE_MS - clock.monotonicMs()), this.#stop);
    this.#assertGoesOn();
  }

  async #removeMail(): Promise<void> {
    const { accounts, mailboxes } = this.#parts;
    const account = await accounts.read(this.address, this.#pageBudget());
    for (const mailbox of new Set([...(account?.mailboxes ?? []), INBOX, OUTBOX])) {
      await removeMail({
        mailboxes,
        address: { login: this.address, mailbox },
        budget: () => this.#pageBudget(),
        beforePage: async () => this.#assertGoesOn(),
        onRemoved: (removed) => this.#count(removed),
      });
    }
  }

  /** One that is not there any more has been removed by another node. */
  async #removeAccount(): Promise<void> {
    const { accounts } = this.#parts;
    await decided(`user ${this.address}`, async () => {
      const account = await accounts.read(this.address, this.#pageBudget());
      if (account === undefined) return 'removed';
      if (!account.settings.isDisabled) {
        throw new Failure('changed-meanwhile', `${this.address} was enabled while being removed, and stays`);
      }
      return accounts.remove(account, this.#pageBudget());
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

function mayPass({ kind }: Failure): boolean {
  return kind === 'temporary' || kind === 'overloaded' || kind === 'uncertain';
}

function stopping(): Failure {
  return new Failure(
    'store-closed',
    'the node is stopping; removing the user again goes on where this ended',
  );
}
