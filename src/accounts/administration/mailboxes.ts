// The mailboxes of a user: looked at and made.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import type { Login } from '../../mail/login.js';
import type { MailboxName } from '../../mail/mailbox-name.js';
import type { Account, MailboxAddress } from '../../store/types.js';
import { decided } from './decided.js';
import { removeLeftovers } from './mail-removal.js';
import type { AdministrationParts } from './parts.js';
import { knownAccount } from './user.js';
import { usageOf, type Usage } from './usage.js';

export interface MailboxView extends Usage {
  readonly name: MailboxName;
}

/** Each is a row of the user's own partition, and listed whenever he is shown. */
export const MOST_MAILBOXES = 1000;

type Parts = Pick<AdministrationParts, 'accounts' | 'mailboxes' | 'clock'>;

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

  /** One that is being removed can be made again when that is settled: its mail may be somebody's still (*mailbox-exists*). */
  async create(login: Login, name: MailboxName, budget: Budget): Promise<void> {
    const { accounts, mailboxes, clock } = this.#parts;
    await decided(`user ${login}`, async () => {
      const absentAtMs = clock.wallMs();
      const account = await knownAccount(accounts, login, budget);
      if (account.mailboxes.includes(name)) {
        throw new Failure('mailbox-exists', `${login} has a mailbox "${name}" already`);
      }
      if (account.leavingMailboxes.has(name)) {
        const how = 'which is settled within minutes, or by cassmail mailbox remove';
        throw new Failure(
          'mailbox-exists',
          `the mailbox "${name}" of ${login} is still being removed, ${how}`,
        );
      }
      if (account.mailboxes.length >= MOST_MAILBOXES) {
        throw new Failure('mailbox-limit', `${login} has ${MOST_MAILBOXES} mailboxes, as many as allowed`);
      }
      await removeLeftovers(mailboxes, { login, mailbox: name }, absentAtMs, budget);
      return accounts.addMailbox(account, name, budget);
    });
  }

  async #known(login: Login, name: MailboxName, budget: Budget): Promise<Account> {
    const account = await knownAccount(this.#parts.accounts, login, budget);
    if (account.mailboxes.includes(name)) return account;
    throw new Failure('mailbox-unknown', `${login} has no mailbox "${name}"`);
  }

  async #view(login: Login, name: MailboxName, budget: Budget): Promise<MailboxView> {
    return { name, ...(await usageOf(this.#parts.mailboxes, { login, mailbox: name }, budget)) };
  }
}
