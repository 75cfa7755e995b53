// The one door through which all mail enters, whatever brought it: SMTP, submission, and later bounces and the
// administrator. A receipt means that the message is durable in every mailbox (and, later, queue) it is for. A Failure
// means that nobody got it: what had been written was taken back, or will be.
import type { TimeUuid } from '../base/time-uuid.js';
import type { Budget } from '../base/budget.js';
import type { LogFields } from '../base/log.js';
import type { MailAddress } from '../mail/address.js';
import type { Login } from '../mail/login.js';
import type { MailboxAddress } from '../store/types.js';

export interface IncomingRecipient {
  /** As RCPT gave it. */
  readonly address: MailAddress;
  readonly mailboxes: readonly MailboxAddress[];
  readonly remote: readonly MailAddress[];
  /** NOTIFY and ORCPT as given, by their names in capitals. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface IncomingMessage {
  /** Undefined: the null sender. */
  readonly sender: MailAddress | undefined;
  /** RET, ENVID, BODY, SMTPUTF8, REQUIRETLS as given, by their names in capitals; a bare word has the value ''. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly recipients: readonly IncomingRecipient[];
  /** When the first of them was looked up, by the monotonic clock; left out: just now. */
  readonly lookedUpAtMs?: number;
  /** The user who logged in to send it: he gets the copy in his outbox. */
  readonly submitter?: Login;
  /** Where it comes from, as its origin would have it logged. */
  readonly origin?: LogFields;
  /** The header lines that belong before the message (Return-Path, Received), each ended by CRLF. */
  readonly header: (id: TimeUuid, acceptedAtMs: number) => string;
  /** The message as it came, with dots un-stuffed, every line ended by CRLF. A stream that fails means: not sent whole. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface Receipt {
  readonly id: TimeUuid;
  /** With the header lines added. */
  readonly sizeBytes: number;
}

export interface Intake {
  /**
   * Reads the content to its end before it answers, even where it fails early. `budget` bounds the storing that remains
   * once the content has ended; the content's own pace is its sender's matter.
   */
  accept(message: IncomingMessage, budget: () => Budget): Promise<Receipt>;
}
