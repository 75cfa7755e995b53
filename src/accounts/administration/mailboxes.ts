// The mailboxes of a user: looked at, made, removed with the mail in them.
import { Budget } from '../../base/budget.js';
import { Failure, failureOf } from '../../base/failure.js';
import type { Login } from '../../mail/login.js';
import { INBOX, OUTBOX, type MailboxName } from '../../mail/mailbox-name.js';
import { CLAIM_LASTS_MS } from '../../store/api/claims.js';
import type { Account, MailboxAddress } from '../../store/types.js';
import { decided } from './decided.js';
import { removeLeftovers, removeMail, SETTLE_MS } from './mail-removal.js';
import type { AdministrationParts } from './parts.js';
import { knownAccount } from './user.js';
import { usageOf, type Usage } from './usage.js';

export interface MailboxView extends Usage {
  readonly name: MailboxName;
}

/** Each is a row of the user's own partition, and listed whenever he is shown. */
export const MOST_MAILBOXES = 1000;
const CLAIMANT_OCTETS = 8;
/** What a removal needs after it has waited for mail on its way. */
const LAST_LOOK_MS = 10_000;
const PUT_BACK_MS = 10_000;

type Parts = Pick<AdministrationParts, 'accounts' | 'mailboxes' | 'claims' | 'clock' | 'timers' | 'random'>;

export class MailboxAdministration {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** With what is in each, counted now. */
  async list(login: Login, budget: Budget): Promise<readonly MailboxView[]> {
    const account = await knownAccount(this.#parts.accounts, login, budget);
    const views: MailboxView[] = [];
    for (const name of account.mailboxes) views.push(await this.#view(login, name, budget));
    return views;
  }

  /** Fails with *mailbox-unknown*. */
  async show(login: Login, name: MailboxName, budget: Budget): Promise<MailboxView> {
    await this.#known(login, name, budget);
    return this.#view(login, name, budget);
  }

  /** Fails with *user-unknown* or *mailbox-unknown*. */
  async assertThere({ login, mailbox }: MailboxAddress, budget: Budget): Promise<void> {
    await this.#known(login, mailbox, budget);
  }

  async create(login: Login, name: MailboxName, budget: Budget): Promise<void> {
    const { accounts, mailboxes, clock } = this.#parts;
    await decided(`user ${login}`, async () => {
      const absentAtMs = clock.wallMs();
      const account = await knownAccount(accounts, login, budget);
      if (account.mailboxes.includes(name)) {
        throw new Failure('mailbox-exists', `${login} has a mailbox "${name}" already`);
      }
      if (account.mailboxes.length >= MOST_MAILBOXES) {
        throw new Failure('mailbox-limit', `${login} has ${MOST_MAILBOXES} mailboxes, as many as allowed`);
      }
      await removeLeftovers(mailboxes, { login, mailbox: name }, absentAtMs, budget);
      return accounts.addMailbox(account, name, budget);
    });
  }

  /**
   * With its mail; not the inbox or the outbox (*mailbox-needed*); nobody has it open meanwhile (*mailbox-in-use*).
   * *mailbox-not-empty*, unless forced. Its name goes, and then mail that was on its way is waited for: unless forced it
   * brings the mailbox back, with that mail in it. When this fails half way, the mailbox is still there with the rest, and
   * this can be repeated.
   */
  async remove(
    address: MailboxAddress,
    options: { readonly force: boolean },
    budget: Budget,
  ): Promise<Usage> {
    const { login, mailbox } = address;
    if (mailbox === INBOX || mailbox === OUTBOX)
      throw new Failure('mailbox-needed', `every user has an ${mailbox}; it cannot be removed`);
    await this.#known(login, mailbox, budget);
    return this.#claimed(address, budget, async (refresh) => {
      const empty = options.force
        ? (acceptedBefore: () => Promise<number>) => this.#empty(address, acceptedBefore, refresh, budget)
        : () => this.#assertEmpty(address, budget);
      const before = await empty(async () => Number.POSITIVE_INFINITY);
      try {
        await this.#removeName(address, budget);
        await this.#parts.timers.sleep(SETTLE_MS);
        await refresh();
        const late = await empty(() => this.#endOfItsMail(address, budget));
        return { messages: before.messages + late.messages, sizeBytes: before.sizeBytes + late.sizeBytes };
      } catch (error) {
        await this.#putBack(address);
        throw error;
      }
    });
  }

  #empty(
    address: MailboxAddress,
    acceptedBefore: () => Promise<number>,
    refresh: () => Promise<void>,
    budget: Budget,
  ): Promise<Usage> {
    return removeMail({
      mailboxes: this.#parts.mailboxes,
      address,
      budget: () => budget,
      acceptedBefore: async () => {
        await refresh();
        return acceptedBefore();
      },
    });
  }

  /** Nothing that comes later was for it: somebody may have made another of its name. */
  async #endOfItsMail({ login, mailbox }: MailboxAddress, budget: Budget): Promise<number> {
    const nowMs = this.#parts.clock.wallMs();
    const { mailboxes } = await knownAccount(this.#parts.accounts, login, budget);
    return mailboxes.includes(mailbox) ? 0 : nowMs;
  }

  async #removeName({ login, mailbox }: MailboxAddress, budget: Budget): Promise<void> {
    if (budget.remainingMs() < SETTLE_MS + LAST_LOOK_MS) {
      throw new Failure(
        'deadline-passed',
        'no time left to wait for mail on its way; removing it again goes on',
      );
    }
    const { accounts } = this.#parts;
    await decided(`user ${login}`, async () =>
      accounts.removeMailbox(await knownAccount(accounts, login, budget), mailbox, budget),
    );
  }

  /** In time of its own: what may have come since must not lie where nobody sees it. */
  async #putBack({ login, mailbox }: MailboxAddress): Promise<void> {
    const { accounts, clock } = this.#parts;
    const budget = Budget.of(clock, PUT_BACK_MS);
    await decided(`user ${login}`, async () =>
      accounts.addMailbox(await knownAccount(accounts, login, budget), mailbox, budget),
    );
  }

  async #known(login: Login, name: MailboxName, budget: Budget): Promise<Account> {
    const account = await knownAccount(this.#parts.accounts, login, budget);
    if (account.mailboxes.includes(name)) return account;
    throw new Failure('mailbox-unknown', `${login} has no mailbox "${name}"`);
  }

  async #view(login: Login, name: MailboxName, budget: Budget): Promise<MailboxView> {
    return { name, ...(await usageOf(this.#parts.mailboxes, { login, mailbox: name }, budget)) };
  }

  async #assertEmpty(address: MailboxAddress, budget: Budget): Promise<Usage> {
    const usage = await usageOf(this.#parts.mailboxes, address, budget);
    const { messages } = usage;
    if (messages === 0) return usage;
    const what = messages === 1 ? 'a message' : `${messages} messages`;
    throw new Failure(
      'mailbox-not-empty',
      `there ${messages === 1 ? 'is' : 'are'} ${what} in "${address.mailbox}"`,
    );
  }

  /** Under the lock that POP3 sessions take. */
  async #claimed<Result>(
    address: MailboxAddress,
    budget: Budget,
    task: (refresh: () => Promise<void>) => Promise<Result>,
  ): Promise<Result> {
    const { claims, clock, random } = this.#parts;
    const claimant = `admin/${Buffer.from(random.bytes(CLAIMANT_OCTETS)).toString('hex')}`;
    if ((await claims.claim(address, claimant, budget)) === 'taken') throw inUse(address);
    let refreshedAtMs = clock.monotonicMs();
    const refresh = async (): Promise<void> => {
      if (clock.monotonicMs() - refreshedAtMs < CLAIM_LASTS_MS / 3) return;
      if ((await claims.refresh(address, claimant, budget)) === 'lost') throw inUse(address);
      refreshedAtMs = clock.monotonicMs();
    };
    try {
      return await task(refresh);
    } finally {
      await claims.release(address, claimant, budget).catch(failureOf); // else it lapses by itself
    }
  }
}

function inUse({ login, mailbox }: MailboxAddress): Failure {
  return new Failure('mailbox-in-use', `"${mailbox}" of ${login} is open in a POP3 session`);
}
