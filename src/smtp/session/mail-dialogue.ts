// MAIL and RCPT (RFC 5321 sections 4.1.1.2 and 4.1.1.3): from their arguments to a transaction with recipients that we
// are ready to take mail for.
import type { AccountAtLogin } from '../../accounts/login-check.js';
import type { Resolution } from '../../accounts/address-book.js';
import type { IncomingRecipient } from '../../intake/intake.js';
import type { MailAddress } from '../../mail/address.js';
import { mailParameterChecks } from '../command/mail-parameters.js';
import { parsedAddress } from '../command/parsed-address.js';
import { parseParameters } from '../command/parameters.js';
import { parsePathArgument } from '../command/path.js';
import { rcptParameterChecks } from '../command/rcpt-parameters.js';
import type { Reply } from '../reply/reply.js';
import { LOOKUP_MS } from './bounds.js';
import { recipientDecision } from './recipient-policy.js';
import type { RelayFacts } from './relay-policy.js';
import { budgetOf, type SessionParts } from './session-parts.js';
import { Transaction } from './transaction.js';

const OK_SENDER: Reply = { code: 250, status: '2.1.0', text: 'Sender ok' };
const OK_RECIPIENT: Reply = { code: 250, status: '2.1.5', text: 'Recipient ok' };
const NO_MAIL: Reply = { code: 503, status: '5.5.1', text: 'MAIL first' };
const NESTED: Reply = { code: 503, status: '5.5.1', text: 'One sender for a message; RSET begins anew' };
const IN_CHUNKS: Reply = { code: 503, status: '5.5.1', text: 'The message has begun; no more recipients' };
const SYNTAX_MAIL: Reply = { code: 501, status: '5.5.4', text: 'Syntax: MAIL FROM:<address> [parameters]' };
const SYNTAX_RCPT: Reply = { code: 501, status: '5.5.4', text: 'Syntax: RCPT TO:<address> [parameters]' };
/** RFC 6409 section 6.1. */
const NOT_HIS: Reply = { code: 550, status: '5.7.1', text: 'That sender address is not yours' };
const TOO_MANY: Reply = { code: 452, status: '4.5.3', text: 'Too many recipients for one message' };
/** A session may last for hours: 421, since its next login tells the user what is wrong. */
const UNWELCOME: Reply = { code: 421, status: '4.7.0', text: 'Your account has changed; log in again' };
/** So many surplus recipients are no client's mistake any more. */
const FAR_TOO_MANY: Reply = { code: 550, status: '5.5.3', text: 'Too many recipients for one message' };

type GivenRecipient = Pick<IncomingRecipient, 'address' | 'parameters'>;

export class MailDialogue {
  readonly #session: SessionParts;
  #transaction: Transaction | undefined;

  constructor(session: SessionParts) {
    this.#session = session;
  }

  get transaction(): Transaction | undefined {
    return this.#transaction;
  }

  /** After RSET, EHLO, the answer to a message, or the end of the connection. */
  end(): void {
    this.#transaction?.end();
    this.#transaction = undefined;
  }

  mail(argument: string): Reply | Promise<Reply> {
    if (this.#transaction !== undefined) return NESTED;
    const path = parsePathArgument('FROM', argument);
    if (path === undefined) return SYNTAX_MAIL;
    const { parts, conversation } = this.#session;
    const parameters = parseParameters(
      path.parameters,
      mailParameterChecks({
        messageSizeBytes: parts.settings().messageSizeBytes,
        isSecure: conversation.isSecure,
        offersLogin: parts.profile === 'submission',
      }),
    );
    if (parameters.kind === 'refused') return parameters.reply;
    if (path.address === '') return this.#beginIfWelcome(undefined, parameters.values);
    const isUtf8Allowed = parameters.values['SMTPUTF8'] !== undefined;
    const sender = parsedAddress(path.address, { role: 'sender', isUtf8Allowed });
    if (sender.kind === 'refused') return sender.reply;
    return this.#beginIfWelcome(sender.address, parameters.values);
  }

  #beginIfWelcome(
    sender: MailAddress | undefined,
    parameters: Readonly<Record<string, string>>,
  ): Reply | Promise<Reply> {
    const { account } = this.#session.conversation;
    return account === undefined
      ? this.#begin(sender, parameters)
      : this.#beginAs(account, sender, parameters);
  }

  async #beginAs(
    account: AccountAtLogin,
    sender: MailAddress | undefined,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Reply> {
    const { addressBook, settings, welcome } = this.#session.parts;
    const budget = budgetOf(this.#session, LOOKUP_MS);
    if (!(await welcome.isWelcome(account.login, budget, account))) return UNWELCOME;
    // The null sender is anyone's: receipts that people's programs send are to have it (RFC 8098 section 3), and it claims
    // to be nobody.
    const isHis =
      !settings().checkSender ||
      sender === undefined ||
      (await addressBook.maySendAs(account.login, sender, budget));
    return isHis ? this.#begin(sender, parameters) : NOT_HIS;
  }

  #begin(sender: MailAddress | undefined, parameters: Readonly<Record<string, string>>): Reply {
    this.#transaction = new Transaction(sender, envelopeOnly(parameters));
    return OK_SENDER;
  }

  rcpt(argument: string): Reply | Promise<Reply> {
    const transaction = this.#transaction;
    if (transaction === undefined) return NO_MAIL;
    if (transaction.reception !== undefined || transaction.isSpoilt) return IN_CHUNKS;
    const path = parsePathArgument('TO', argument);
    if (path === undefined) return SYNTAX_RCPT;
    const parameters = parseParameters(path.parameters, rcptParameterChecks());
    if (parameters.kind === 'refused') return parameters.reply;
    const recipient = parsedAddress(path.address, { role: 'recipient', isUtf8Allowed: transaction.isUtf8 });
    if (recipient.kind === 'refused') return recipient.reply;
    const maximum = this.#session.parts.settings().recipientsPerMessage;
    if (transaction.places >= maximum) {
      transaction.surplus += 1;
      return transaction.surplus > maximum ? FAR_TOO_MANY : TOO_MANY;
    }
    return this.#addRecipient(transaction, { address: recipient.address, parameters: parameters.values });
  }

  /** RFC 5321 section 4.5.3.1.10: what is one too many gets 452, the others keep their place. */
  #addRecipient(transaction: Transaction, recipient: GivenRecipient): Reply | Promise<Reply> {
    const { parts } = this.#session;
    transaction.lookedUpAtMs ??= parts.clock.monotonicMs();
    const resolution = parts.addressBook.resolve(recipient.address, budgetOf(this.#session, LOOKUP_MS));
    if (resolution instanceof Promise) return this.#addOnceResolved(transaction, recipient, resolution);
    return this.#decide(transaction, recipient, resolution);
  }

  async #addOnceResolved(
    transaction: Transaction,
    recipient: GivenRecipient,
    resolution: Promise<Resolution>,
  ): Promise<Reply> {
    transaction.places += 1; // while it is looked up
    try {
      return this.#decide(transaction, recipient, await resolution);
    } finally {
      transaction.places -= 1;
    }
  }

  #decide(transaction: Transaction, recipient: GivenRecipient, resolution: Resolution): Reply {
    const decision = recipientDecision(recipient.address, resolution, relayFacts(this.#session));
    if (decision.kind === 'refused') return decision.reply;
    const { mailboxes, remote } = decision.resolution;
    if (remote.length > 0) this.#session.parts.relay.assertOpen();
    transaction.places += 1;
    transaction.recipients.push({ ...recipient, mailboxes, remote });
    return OK_RECIPIENT;
  }
}

function relayFacts({ parts, conversation }: SessionParts): RelayFacts {
  const { relay } = parts;
  return {
    isGateway: relay.isThere,
    mayRelay: conversation.user !== undefined || relay.isFreeFor(conversation.clientAddress),
  };
}

/** What goes with the message. SIZE was a question that is answered, and whom AUTH names we cannot know. */
function envelopeOnly(parameters: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { SIZE: _size, AUTH: _auth, ...envelope } = parameters;
  return envelope;
}
