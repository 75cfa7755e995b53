// Into which mailbox of a user mail goes: the one that stands behind the plus, if there is one of that name, else the
// inbox. Where a site wants it, a mailbox that is not there yet is made; not more than so many, since strangers choose
// the names.
import type { Budget } from '../base/budget.js';
import { Failure } from '../base/failure.js';
import { asciiLowerCase, type LoginSpelling } from '../mail/login.js';
import { INBOX, parseMailboxName, type MailboxName } from '../mail/mailbox-name.js';
import type { AccountStore } from '../store/api/accounts.js';
import type { Account } from '../store/types.js';
import type { ReachedUser } from './address-expansion.js';
import type { Lookups } from './lookups.js';

/** With more of them, mail for a further one goes to the inbox. */
const MOST_MADE = 100;
/** Somebody else changes the same account. */
const MOST_TRIES = 5;

export interface AddressedMailboxParts {
  readonly accounts: Pick<AccountStore, 'read' | 'addMailbox'>;
  readonly lookups: Lookups;
  readonly spelling: LoginSpelling;
  readonly settings: () => { readonly autoCreate: boolean };
}

export class AddressedMailbox {
  readonly #parts: AddressedMailboxParts;

  constructor(parts: AddressedMailboxParts) {
    this.#parts = parts;
  }

  async of({ account, detail }: ReachedUser, budget: Budget): Promise<MailboxName> {
    const wanted = detail === undefined ? undefined : nameOrNothing(detail);
    if (wanted === undefined) return INBOX;
    const found = this.#find(account, wanted);
    if (found !== undefined) return found;
    return this.#parts.settings().autoCreate ? this.#make(account, wanted, budget) : INBOX;
  }

  /** Any spelling will do where case does not matter in addresses; the exact one is preferred. */
  #find({ mailboxes }: Account, wanted: MailboxName): MailboxName | undefined {
    if (mailboxes.includes(wanted) || !this.#parts.spelling.isLocalPartFolded) {
      return mailboxes.find((name) => name === wanted);
    }
    return mailboxes.find((name) => asciiLowerCase(name) === asciiLowerCase(wanted));
  }

  async #make({ login }: Account, wanted: MailboxName, budget: Budget): Promise<MailboxName> {
    const { accounts, lookups, spelling } = this.#parts;
    const name = spelling.isLocalPartFolded ? (asciiLowerCase(wanted) as MailboxName) : wanted;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const account = await accounts.read(login, budget); // the state that is changed must be the current one
      const found = account && this.#find(account, wanted);
      if (found !== undefined) return found;
      if (account === undefined || account.mailboxes.length >= MOST_MADE) return INBOX;
      if ((await accounts.addMailbox(account, name, budget)) === 'changed') {
        lookups.forgetAccount(login);
        return name;
      }
    }
    return INBOX;
  }
}

function nameOrNothing(detail: string): MailboxName | undefined {
  try {
    return parseMailboxName(detail);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
