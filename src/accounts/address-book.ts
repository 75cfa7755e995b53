// What becomes of mail for an address: users, aliases, catch-all, `+detail`, postmaster. Answers may be a few seconds
// old (accounts) or a minute (what a quota counts).
import type { Budget } from '../base/budget.js';
import type { MailAddress } from '../mail/address.js';
import type { Login } from '../mail/login.js';
import type { MailboxAddress } from '../store/types.js';

export type Resolution =
  | {
      readonly kind: 'known';
      /** Each mailbox once. */
      readonly mailboxes: readonly MailboxAddress[];
      /** Where aliases lead out of here, each once. */
      readonly remote: readonly MailAddress[];
    }
  /** Not one of our domains. */
  | { readonly kind: 'remote' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'over-quota' }
  /** Aliases that lead in a circle, or to more addresses than one recipient may stand for. */
  | { readonly kind: 'alias-loop' };

export interface AddressBook {
  /** At once where everything it takes was looked up a moment ago: so it is for most recipients of a busy server. */
  resolve(address: MailAddress, budget: Budget): Resolution | Promise<Resolution>;

  /** May this user send under this address: his own, with or without `+detail`, or an alias that leads to him. */
  maySendAs(login: Login, sender: MailAddress, budget: Budget): Promise<boolean>;
}
