// The name of one of a user's mailboxes: `inbox`, `outbox`, or what the user calls it, in any script. `|` is taken by
// the login form `user|mailbox`; `/` and the dot names are kept free, since mailboxes become folders when exported.
import { Failure } from '../base/failure.js';
import { storableName } from './storable-name.js';

export type MailboxName = string & { readonly brand: 'MailboxName' };

const MAILBOX_OCTETS = 200;

export const INBOX = 'inbox' as MailboxName;
export const OUTBOX = 'outbox' as MailboxName;

export function parseMailboxName(text: string): MailboxName {
  const name = storableName('mailbox', text, MAILBOX_OCTETS);
  if (name.includes('/'))
    throw new Failure('name-invalid', `mailbox "${name}" has a slash, which no mailbox name may have`);
  if (name === '.' || name === '..')
    throw new Failure('name-invalid', `mailbox "${name}" would name a folder`);
  const lower = name.toLowerCase();
  return (lower === INBOX || lower === OUTBOX ? lower : name) as MailboxName; // INBOX is the inbox, as in IMAP
}
