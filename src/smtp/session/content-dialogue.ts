// DATA and BDAT (RFC 5321 section 4.1.1.4, RFC 3030 section 2): a message comes, in one stream or in chunks, and its end
// is answered once, after the intake has said what became of it.
import { Failure } from '../../base/failure.js';
import type { LogFields } from '../../base/log.js';
import { randomUuid } from '../../base/random.js';
import type { Login } from '../../mail/login.js';
import { internetDate } from '../../mail/internet-date.js';
import { parseChunkSize } from '../command/chunk-size.js';
import { Pace } from '../content/pace.js';
import { Reception } from '../content/reception.js';
import { traceHeader, type Passage } from '../content/received-header.js';
import { replyToFailure } from '../replies.js';
import type { Reply } from '../reply/reply.js';
import type { MissingFields } from '../smtp-parts.js';
import { DROPPED_MESSAGES, STORING_MS } from './bounds.js';
import type { MailDialogue } from './mail-dialogue.js';
import { budgetOf, writeLog, type SessionParts } from './session-parts.js';
import { answer, lastAnswer, type Step } from './step.js';
import type { Transaction } from './transaction.js';

const GO_AHEAD: Reply = { code: 354, text: 'Send the message; end with <CRLF>.<CRLF>' };
const DATA: Step = { reply: GO_AHEAD, next: { kind: 'data' } };
const NO_MAIL: Reply = { code: 503, status: '5.5.1', text: 'MAIL first' };
const NO_RECIPIENT: Reply = { code: 554, status: '5.5.1', text: 'No valid recipients' };
const IN_CHUNKS: Reply = { code: 503, status: '5.5.1', text: 'The message has begun with BDAT' };
const SPOILT: Reply = { code: 503, status: '5.5.1', text: 'An earlier chunk was refused; RSET' };
const SYNTAX_DATA: Reply = { code: 501, status: '5.5.4', text: 'DATA takes no argument' };
const SYNTAX_BDAT: Reply = { code: 501, status: '5.5.4', text: 'Syntax: BDAT octets [LAST]' };
const ALLOWANCE: Reply = {
  code: 450,
  status: '4.7.1',
  text: 'You have sent too much lately; try again later',
};
const TOO_SLOW: Reply = { code: 421, status: '4.4.2', text: 'The message comes too slowly' };
const ENDLESS: Reply = { code: 421, status: '4.3.0', text: 'The message is far too large' };

/** Named in the log, of those of one message; their number is there as well. */
const LOGGED_RECIPIENTS = 5;

const LF = 0x0a;
const CR = 0x0d;

/** Where the octets of the present message go. */
interface Intaking {
  readonly kind: 'data' | 'chunk';
  /** Undefined: nowhere; the reply is decided. */
  readonly reception: Reception | undefined;
  readonly isLast: boolean;
  readonly reply: Reply;
}

export class ContentDialogue {
  readonly #session: SessionParts;
  readonly #mail: MailDialogue;
  #now: Intaking | undefined;
  #pace: Pace;
  #lastOctets: readonly [number, number] = [0, 0];
  #dropped = 0;

  constructor(session: SessionParts, mail: MailDialogue) {
    this.#session = session;
    this.#mail = mail;
    this.#pace = new Pace(session.parts.clock.monotonicMs());
  }

  data(argument: string): Step | Promise<Step> {
    const transaction = this.#mail.transaction;
    if (argument !== '') return answer(SYNTAX_DATA);
    if (transaction === undefined) return answer(NO_MAIL);
    if (transaction.reception !== undefined || transaction.isSpoilt) return answer(IN_CHUNKS);
    if (transaction.recipients.length === 0) return answer(NO_RECIPIENT);
    const { user } = this.#session.conversation;
    return user === undefined ? this.#goAhead(transaction) : this.#goAheadFor(user, transaction);
  }

  async #goAheadFor(user: Login, transaction: Transaction): Promise<Step> {
    const refusal = await this.#allowanceRefusal(user, transaction);
    return refusal === undefined ? this.#goAhead(transaction) : answer(refusal);
  }

  #goAhead(transaction: Transaction): Step {
    const reception = this.#begin(transaction);
    this.#now = { kind: 'data', reception, isLast: true, reply: GO_AHEAD };
    return DATA;
  }

  /** Whatever the answer will be, the octets announced are taken off the line (RFC 3030 section 2). */
  async bdat(argument: string): Promise<Step> {
    const size = parseChunkSize(argument);
    if (size === undefined) return lastAnswer(SYNTAX_BDAT); // where the next command begins nobody knows
    const transaction = this.#mail.transaction;
    const refusal = await this.#chunkRefusal(transaction);
    if (refusal !== undefined && transaction !== undefined) transaction.isSpoilt = !size.isLast;
    this.#now = {
      kind: 'chunk',
      reception: refusal === undefined ? transaction?.reception : undefined,
      isLast: size.isLast,
      reply: refusal ?? { code: 250, status: '2.0.0', text: `${size.octets} octets received` },
    };
    return { next: { kind: 'chunk', octets: size.octets } };
  }

  async #chunkRefusal(transaction: Transaction | undefined): Promise<Reply | undefined> {
    if (transaction === undefined) return NO_MAIL;
    if (transaction.isSpoilt) return SPOILT;
    if (transaction.recipients.length === 0) return NO_RECIPIENT;
    if (transaction.reception !== undefined) return undefined;
    const { user } = this.#session.conversation;
    const refusal = user === undefined ? undefined : await this.#allowanceRefusal(user, transaction);
    if (refusal === undefined) this.#begin(transaction);
    return refusal;
  }

  /** Opens the way to the intake. */
  #begin(transaction: Transaction): Reception {
    const { parts, conversation } = this.#session;
    this.#pace = new Pace(parts.clock.monotonicMs());
    this.#lastOctets = [0, 0];
    const passage = this.#passage(transaction);
    const { user } = conversation;
    const reception = new Reception({
      intake: parts.intake,
      filter: parts.contentFilter(this.#missingFields()),
      message: {
        sender: transaction.sender,
        parameters: transaction.parameters,
        recipients: transaction.recipients,
        lookedUpAtMs: transaction.lookedUpAtMs ?? parts.clock.monotonicMs(),
        ...(user === undefined ? {} : { submitter: user }),
        origin: this.#origin(transaction),
        header: (id, atMs) => traceHeader(passage, id, atMs),
      },
      budget: () => budgetOf(this.#session, STORING_MS),
    });
    transaction.reception = reception;
    return reception;
  }

  #origin({ recipients }: Transaction): LogFields {
    const { clientAddress, helo } = this.#session.conversation;
    const to = recipients.slice(0, LOGGED_RECIPIENTS).map(({ address }) => address.text);
    return { client: clientAddress, helo, to };
  }

  /** Never fails: whatever it is, the octets of a chunk are on their way and have to be read. */
  async #allowanceRefusal(user: Login, { recipients }: Transaction): Promise<Reply | undefined> {
    const { allowance } = this.#session.parts;
    try {
      return (await allowance.take(user, recipients.length)) ? undefined : ALLOWANCE;
    } catch (error) {
      if (!(error instanceof Failure)) writeLog(this.#session, 'smtp.bug', { error });
      return replyToFailure(error);
    }
  }

  #passage(transaction: Transaction): Passage {
    const { parts, conversation } = this.#session;
    const [only, ...others] = transaction.recipients;
    return {
      sender: transaction.sender,
      helo: conversation.helo ?? '',
      client: conversation.clientAddress,
      hostname: parts.settings().hostname,
      isExtended: conversation.isExtended,
      encryption: conversation.encryption,
      isLoggedIn: conversation.user !== undefined,
      isUtf8: transaction.isUtf8,
      onlyRecipient: others.length === 0 ? only?.address : undefined,
    };
  }

  /** RFC 6409 sections 8.2 and 8.3: of submitted messages only. */
  #missingFields(): MissingFields | undefined {
    const { parts } = this.#session;
    if (parts.profile !== 'submission') return undefined;
    return {
      date: internetDate(parts.clock.wallMs()),
      messageId: `<${randomUuid(parts.random)}@${parts.settings().hostname}>`,
    };
  }

  /** Octets of the message. Waits where the intake is behind. */
  take(octets: Buffer): Promise<void> | undefined {
    const reception = this.#now?.reception;
    this.#pace.count(octets.length);
    if (reception === undefined) {
      this.#dropped += octets.length;
      return undefined;
    }
    if (this.#now?.kind === 'chunk') this.#rememberEnd(octets);
    const room = reception.take(octets);
    return room === undefined ? undefined : this.#stall(room);
  }

  async #stall(room: Promise<void>): Promise<void> {
    const { clock } = this.#session.parts;
    const sinceMs = clock.monotonicMs();
    await room;
    this.#pace.stalled(clock.monotonicMs() - sinceMs);
  }

  #rememberEnd(octets: Buffer): void {
    const last = octets[octets.length - 1];
    if (last === undefined) return;
    this.#lastOctets = [octets.length > 1 ? (octets[octets.length - 2] ?? 0) : this.#lastOctets[1], last];
  }

  /** Asked whenever octets came: a client that would hold its place for ever is sent away. */
  trouble(): Step | undefined {
    const { parts } = this.#session;
    const { dataRate, messageSizeBytes } = parts.settings();
    if (this.#pace.isTooSlow(parts.clock.monotonicMs(), dataRate)) return lastAnswer(TOO_SLOW);
    const octets = this.#now?.reception?.octets ?? this.#dropped;
    return octets > DROPPED_MESSAGES * messageSizeBytes ? lastAnswer(ENDLESS) : undefined;
  }

  /** The message, or the chunk, is here to its last octet. */
  async ended(): Promise<Step> {
    const now = this.#now;
    const transaction = this.#mail.transaction;
    this.#now = undefined;
    this.#dropped = 0;
    if (now === undefined) throw new Error('octets ended that had not begun');
    if (now.reception === undefined || transaction === undefined) {
      if (now.isLast) this.#mail.end();
      return answer(now.reply);
    }
    if (!now.isLast) return answer(this.#chunkReply(now, transaction));
    if (now.kind === 'chunk') this.#countIncompleteLine(now.reception);
    return answer(await this.#finalReply(now.reception, transaction));
  }

  /** A refusal that is certain already is said now: the client need not send the rest. */
  #chunkReply({ reply, reception }: Intaking, transaction: Transaction): Reply {
    if (reception?.refusal === undefined) return reply;
    transaction.isSpoilt = true;
    const { error } = reception.refusal;
    return replyToFailure(error);
  }

  /** The filter completes a last line that BDAT left without its end; it is counted, since it changes the message. */
  #countIncompleteLine(reception: Reception): void {
    const [before, last] = this.#lastOctets;
    if (reception.octets === 0 || (before === CR && last === LF)) return;
    this.#session.parts.metrics.count('cassmail_smtp_lines_completed_total', {});
  }

  async #finalReply(reception: Reception, transaction: Transaction): Promise<Reply> {
    try {
      const receipt = await reception.finish();
      return { code: 250, status: '2.0.0', text: `accepted ${receipt.id}` };
    } catch (error) {
      return this.#notTaken(error, transaction);
    } finally {
      transaction.reception = undefined;
      this.#mail.end();
    }
  }

  #notTaken(error: unknown, transaction: Transaction): Reply {
    const reply = replyToFailure(error);
    const isFailure = error instanceof Failure;
    if (isFailure && reply.code >= 500) return reply; // the client's mistake: the session logs it, so many times
    const event = isFailure ? 'smtp.message-not-taken' : 'smtp.bug';
    writeLog(this.#session, event, {
      sender: transaction.sender?.text ?? '',
      recipients: transaction.recipients.length,
      code: reply.code,
      error,
    });
    return reply;
  }
}
