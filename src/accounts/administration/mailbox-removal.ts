// How a mailbox goes. Its mail goes first, if that is forced; then its name, so that no more comes, in one write with a mark
// that it is leaving; then mail that was on its way is waited for: forced, that goes too, else it brings the mailbox back.
// Nobody has the mailbox open meanwhile: all of it happens under the lock that POP3 sessions take.
//
// Whatever ends this half way leaves the mark at worst. What is marked, and locked by nobody, is settled when a node starts
// and when the mailbox is removed again: it goes if it is empty, else it is there again with all that is left in it, since
// it was never said that it has gone.
import { Budget } from '../../base/budget.js';
import { Failure, failureOf } from '../../base/failure.js';
import type { Login } from '../../mail/login.js';
import { INBOX, OUTBOX, type MailboxName } from '../../mail/mailbox-name.js';
import type { Account, MailboxAddress } from '../../store/types.js';
import { decided } from './decided.js';
import { removeMail, SETTLE_MS } from './mail-removal.js';
import { MailboxLock } from './mailbox-lock.js';
import type { AdministrationParts } from './parts.js';
import { knownAccount } from './user.js';
import { usageOf, type Usage } from './usage.js';

/** What a removal needs after it has waited for mail on its way. */
const LAST_LOOK_MS = 10_000;
const PUT_BACK_MS = 10_000;
const LOOK_MS = 60_000;
const SETTLING_MS = 120_000;
const SETTLE_AGAIN_MS = 30_000;

type Parts = Pick<
  AdministrationParts,
  'accounts' | 'mailboxes' | 'claims' | 'clock' | 'timers' | 'random' | 'log'
>;

/** Those of this node. */
export class MailboxRemovals {
  readonly #parts: Parts;
  readonly #stop = new AbortController();
  #settling: Promise<void> = Promise.resolve();
  #isSettling = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Says what was in it. Not the inbox or the outbox (*mailbox-needed*); not one that somebody has open (*mailbox-in-use*);
   * *mailbox-not-empty*, unless forced. When this fails half way, the mailbox is still there with the rest, and this can be
   * repeated.
   */
  async remove(
    address: MailboxAddress,
    options: { readonly force: boolean },
    budget: Budget,
  ): Promise<Usage> {
    const { login, mailbox } = address;
    if (mailbox === INBOX || mailbox === OUTBOX) {
      throw new Failure('mailbox-needed', `every user has an ${mailbox}; it cannot be removed`);
    }
    const account = await knownAccount(this.#parts.accounts, login, budget);
    if (!account.mailboxes.includes(mailbox) && !account.leavingMailboxes.has(mailbox)) {
      throw new Failure('mailbox-unknown', `${login} has no mailbox "${mailbox}"`);
    }
    const lock = await MailboxLock.take(address, this.#parts, budget);
    const removal = new MailboxRemoval(
      { ...options, address, lock, stop: this.#stop.signal },
      this.#parts,
      budget,
    );
    try {
      return await removal.run();
    } catch (error) {
      await this.#undo(removal, address);
      if (failureOf(error).kind === 'uncertain') this.settle(); // the mark may come to stand yet
      throw error;
    } finally {
      await lock.release(budget);
    }
  }

  /** In the background, all that were being removed when a node ended. */
  settle(): void {
    if (this.#isSettling || this.#stop.signal.aborted) return;
    this.#isSettling = true;
    this.#settling = this.#settleAll().finally(() => (this.#isSettling = false));
  }

  /** What is under way is undone. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#settling;
  }

  /** Fails where that cannot be done now; then it is what this removal has come to. */
  async #undo(removal: MailboxRemoval, { login, mailbox }: MailboxAddress): Promise<void> {
    try {
      await removal.undo();
    } catch (error) {
      const { code, message } = failureOf(error);
      this.#parts.log.write('mailbox.removal-unfinished', { user: login, mailbox, code, says: message });
      this.settle();
      throw error;
    }
  }

  async #settleAll(): Promise<void> {
    while (!this.#stop.signal.aborted && !(await this.#hasSettledAll())) {
      await this.#parts.timers.sleep(SETTLE_AGAIN_MS, this.#stop.signal);
    }
  }

  /** False: some are still locked, by those who ended or by those who are at it; or the store is away. */
  async #hasSettledAll(): Promise<boolean> {
    let isComplete = true;
    try {
      for (const address of await this.#leaving())
        isComplete = (await this.#settleOne(address)) && isComplete;
    } catch (error) {
      failureOf(error);
      return false;
    }
    return isComplete;
  }

  async #leaving(): Promise<readonly MailboxAddress[]> {
    const found: MailboxAddress[] = [];
    for await (const page of this.#parts.accounts.list(Budget.of(this.#parts.clock, LOOK_MS))) {
      for (const { login, leavingMailboxes } of page) {
        for (const mailbox of leavingMailboxes.keys()) found.push({ login, mailbox });
      }
    }
    return found;
  }

  async #settleOne(address: MailboxAddress): Promise<boolean> {
    const { clock, log } = this.#parts;
    const fields = { user: address.login, mailbox: address.mailbox };
    try {
      await this.remove(address, { force: false }, Budget.of(clock, SETTLING_MS));
      log.write('mailbox.removed', fields);
      return true;
    } catch (error) {
      const { code } = failureOf(error);
      if (code === 'mailbox-not-empty') log.write('mailbox.put-back', fields);
      return code === 'mailbox-not-empty' || code === 'mailbox-unknown' || code === 'user-unknown';
    }
  }
}

interface MailboxRemovalOptions {
  readonly address: MailboxAddress;
  readonly force: boolean;
  readonly lock: MailboxLock;
  readonly stop: AbortSignal;
}

class MailboxRemoval {
  readonly #login: Login;
  readonly #mailbox: MailboxName;
  readonly #options: MailboxRemovalOptions;
  readonly #parts: Parts;
  readonly #budget: Budget;
  /** Names this removal in the account. */
  readonly #beganAtMs: number;

  constructor(options: MailboxRemovalOptions, parts: Parts, budget: Budget) {
    this.#login = options.address.login;
    this.#mailbox = options.address.mailbox;
    this.#options = options;
    this.#parts = parts;
    this.#budget = budget;
    this.#beganAtMs = Math.floor(parts.clock.wallMs());
  }

  async run(): Promise<Usage> {
    const { lock, stop } = this.#options;
    await this.#takeOver();
    const before = await this.#empty(async () => Number.POSITIVE_INFINITY);
    await this.#mark();
    await this.#parts.timers.sleep(SETTLE_MS, stop);
    if (stop.aborted) throw new Failure('store-closed', 'the node is stopping; the mailbox stays');
    await lock.refresh(this.#budget);
    const late = await this.#empty(() => this.#endOfItsMail());
    await this.#forget();
    return { messages: before.messages + late.messages, sizeBytes: before.sizeBytes + late.sizeBytes };
  }

  /** In time of its own: what may have come since must not lie where nobody sees it. */
  async undo(): Promise<void> {
    const { accounts, clock } = this.#parts;
    const budget = Budget.of(clock, PUT_BACK_MS);
    await this.#whileMarked(budget, (account) => accounts.addMailbox(account, this.#mailbox, budget));
  }

  /** From a removal that ended half way. */
  async #takeOver(): Promise<void> {
    const account = await knownAccount(this.#parts.accounts, this.#login, this.#budget);
    if (account.leavingMailboxes.has(this.#mailbox)) await this.#mark();
  }

  async #mark(): Promise<void> {
    if (this.#budget.remainingMs() < SETTLE_MS + LAST_LOOK_MS) {
      throw new Failure(
        'deadline-passed',
        'no time left to wait for mail on its way; removing it again goes on',
      );
    }
    const { accounts } = this.#parts;
    await decided(`user ${this.#login}`, async () => {
      const account = await knownAccount(accounts, this.#login, this.#budget);
      return accounts.markMailbox(account, this.#mailbox, this.#beganAtMs, this.#budget);
    });
  }

  #forget(): Promise<unknown> {
    const { accounts } = this.#parts;
    return this.#whileMarked(this.#budget, (account) =>
      accounts.removeMailbox(account, this.#mailbox, this.#budget),
    );
  }

  /** Else it is somebody else's by now: a mailbox made again, say. */
  async #whileMarked(
    budget: Budget,
    change: (account: Account) => Promise<'changed' | 'conflict'>,
  ): Promise<void> {
    await decided(`user ${this.#login}`, async () => {
      const account = await this.#parts.accounts.read(this.#login, budget);
      return account !== undefined && this.#isMarked(account) ? change(account) : 'changed';
    });
  }

  #isMarked({ leavingMailboxes }: Account): boolean {
    return leavingMailboxes.get(this.#mailbox) === this.#beganAtMs;
  }

  /** If it is forced; else says that there is nothing, or fails with *mailbox-not-empty*. */
  async #empty(acceptedBefore: () => Promise<number>): Promise<Usage> {
    const { address, force, lock } = this.#options;
    const { mailboxes } = this.#parts;
    if (!force) return assertedEmpty(address, await usageOf(mailboxes, address, this.#budget));
    return removeMail({
      mailboxes,
      address,
      budget: () => this.#budget,
      acceptedBefore: async () => {
        await lock.refresh(this.#budget);
        return acceptedBefore();
      },
    });
  }

  /** Nothing that comes later was for it: somebody may have made another of its name. */
  async #endOfItsMail(): Promise<number> {
    const nowMs = this.#parts.clock.wallMs();
    const account = await knownAccount(this.#parts.accounts, this.#login, this.#budget);
    return this.#isMarked(account) ? nowMs : 0;
  }
}

function assertedEmpty({ mailbox }: MailboxAddress, usage: Usage): Usage {
  const { messages } = usage;
  if (messages === 0) return usage;
  const what = messages === 1 ? 'is a message' : `are ${messages} messages`;
  throw new Failure('mailbox-not-empty', `there ${what} in "${mailbox}"`);
}
