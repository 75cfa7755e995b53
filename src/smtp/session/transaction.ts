// One mail transaction (RFC 5321 section 3.3): a sender, its parameters, recipients. From MAIL to the answer that ends
// it, or RSET.
import type { IncomingRecipient } from '../../intake/intake.js';
import type { MailAddress } from '../../mail/address.js';
import type { Reception } from '../content/reception.js';

export class Transaction {
  /** Undefined: the null sender. */
  readonly sender: MailAddress | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly recipients: IncomingRecipient[] = [];
  /** When the first of them was looked up, by the monotonic clock. */
  lookedUpAtMs: number | undefined;
  /** RCPTs that were accepted or are being looked up. */
  places = 0;
  /** RCPTs beyond what one message may have. */
  surplus = 0;
  /** A message is coming, in chunks or up to a dot. */
  reception: Reception | undefined;
  /** A chunk was refused: all further ones are, until the transaction ends (RFC 3030 section 2). */
  isSpoilt = false;

  constructor(sender: MailAddress | undefined, parameters: Readonly<Record<string, string>>) {
    this.sender = sender;
    this.parameters = parameters;
  }

  get isUtf8(): boolean {
    return this.parameters['SMTPUTF8'] !== undefined;
  }

  end(): void {
    this.reception?.abandon();
  }
}
