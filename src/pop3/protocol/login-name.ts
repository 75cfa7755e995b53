// `anne`, `anne@example.com`, `anne|outbox`, `anne@example.com|outbox`: who logs in, and which of his mailboxes he wants.
// The mailbox is looked at only once the password has proved right, so a wrong name tells nothing about the user.
import { Failure } from '../../base/failure.js';
import { INBOX, parseMailboxName, type MailboxName } from '../../mail/mailbox-name.js';

export interface LoginName {
  readonly user: string;
  /** As typed; undefined for the inbox. */
  readonly mailbox: string | undefined;
}

export function splitLoginName(text: string): LoginName {
  const bar = text.indexOf('|');
  return bar < 0
    ? { user: text, mailbox: undefined }
    : { user: text.slice(0, bar), mailbox: text.slice(bar + 1) };
}

/** The mailbox meant, if it is one of these. */
export function chosenMailbox(
  { mailbox }: LoginName,
  mailboxes: readonly MailboxName[],
): MailboxName | undefined {
  const name = mailbox === undefined ? INBOX : mailboxName(mailbox);
  return name !== undefined && mailboxes.includes(name) ? name : undefined;
}

function mailboxName(text: string): MailboxName | undefined {
  try {
    return parseMailboxName(text);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
