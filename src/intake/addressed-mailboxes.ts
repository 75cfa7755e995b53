// Into which mailboxes a message goes: each once, however many of its recipients lead there, and the outbox of the user
// who submitted it, which he always has.
import { OUTBOX } from '../mail/mailbox-name.js';
import type { MailboxAddress } from '../store/types.js';
import type { IncomingMessage } from './intake.js';

export function addressedMailboxes(
  { recipients, submitter }: Pick<IncomingMessage, 'recipients' | 'submitter'>,
  keepsOutbox: boolean,
): readonly MailboxAddress[] {
  const mailboxes = new Map<string, MailboxAddress>();
  const add = (address: MailboxAddress): void => {
    mailboxes.set(`${address.login}|${address.mailbox}`, address); // neither has a | in it
  };
  for (const recipient of recipients) recipient.mailboxes.forEach(add);
  if (submitter !== undefined && keepsOutbox) add({ login: submitter, mailbox: OUTBOX });
  return [...mailboxes.values()];
}
