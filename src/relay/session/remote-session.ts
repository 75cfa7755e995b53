// One SMTP connection to a remote host, kept for as many messages as its owner likes. Each step has its time, replies are
// bounded and belong to what was said, and whatever breaks is told with its step. A session that broke, or of which it is
// not certain which reply belongs to what, is not usable any more; it never guesses.
import type { Cancel, Timers } from '../../base/clock.js';
import { failureOf, type Failure } from '../../base/failure.js';
import type { MessageBody } from '../../store/types.js';
import type { Capabilities } from './mail-commands.js';
import type { PackageConnection } from './package-connection.js';
import { readReply, type Reply } from './reply.js';
import type { TimeLimits } from './time-limits.js';
import { TroubleError, type Step, type Trouble } from './trouble.js';
import { WireContent, wireOctets } from './wire-content.js';

export interface SessionSecurity {
  /** As `TLSv1.3`. */
  readonly version: string;
  readonly cipher: string;
  /** The certificate is valid for the host's name. */
  readonly isVerified: boolean;
}

export interface SessionParts {
  readonly timers: Timers;
  readonly limits: TimeLimits;
}

export interface Transaction {
  readonly mail: string;
  /** Never empty. */
  readonly recipients: readonly string[];
  readonly content: MessageBody;
  /** Asked before the final dot is sent. */
  readonly mayFinish: () => boolean;
}

/** What became of one recipient. */
export type RecipientEnd =
  | { readonly kind: 'taken'; readonly reply: Reply }
  | { readonly kind: 'refused'; readonly step: Step; readonly reply: Reply };

export type TransactionEnd =
  /** One end for each recipient, in their order. */
  | { readonly kind: 'answered'; readonly ends: readonly RecipientEnd[] }
  /** Nobody has it, unless the step is `dot`: then nobody knows. */
  | { readonly kind: 'broken'; readonly trouble: Trouble }
  /** The delivery was no longer ours: no final dot was sent. */
  | { readonly kind: 'not-ours' }
  /** Our own content could not be had. */
  | { readonly kind: 'unreadable'; readonly failure: Failure };

interface Waiting {
  /** The step that the missing reply belongs to. */
  readonly step: () => Step;
  readonly fail: (trouble: Trouble) => void;
}

const CLOSING = 421;
const GO_AHEAD = 354;

export class RemoteSession {
  readonly #connection: PackageConnection;
  readonly #parts: SessionParts;
  readonly #isPipelined: boolean;
  readonly capabilities: Capabilities;
  readonly security: SessionSecurity | undefined;
  #waiting: Waiting | undefined;
  #isUsable = true;
  #isResetNeeded = false;
  #onEnd: () => void = () => undefined;

  /** The connection has been greeted, secured and logged in to. */
  constructor(connection: PackageConnection, security: SessionSecurity | undefined, parts: SessionParts) {
    this.#connection = connection;
    this.#parts = parts;
    this.security = security;
    const { extensions, sizeLimitOctets } = connection;
    this.capabilities = { extensions, sizeLimitOctets };
    this.#isPipelined = extensions.has('PIPELINING');
    connection.on('error', (error: Error) => this.#over(error.message));
    connection.on('end', () => this.#over('the host closed the connection'));
  }

  /** Another transaction may begin. */
  get isUsable(): boolean {
    return this.#isUsable && !this.#connection.hasUnaskedReplies;
  }

  /** For whoever keeps it: it ended while nobody used it. */
  whenOver(listener: () => void): void {
    this.#onEnd = listener;
  }

  async transact(transaction: Transaction): Promise<TransactionEnd> {
    try {
      return await this.#transact(transaction);
    } catch (error) {
      this.cut();
      if (error instanceof TroubleError) return { kind: 'broken', trouble: error.trouble };
      throw error;
    }
  }

  /** Says goodbye, and hangs up when that was heard or took too long. */
  async quit(): Promise<void> {
    if (!this.isUsable) return this.cut();
    try {
      await this.#ask(['QUIT'], () => 'reset', this.#parts.limits.quitMs);
    } catch (error) {
      if (!(error instanceof TroubleError)) throw error;
    }
    this.cut();
  }

  cut(): void {
    this.#isUsable = false;
    this.#connection.cut();
  }

  async #transact(transaction: Transaction): Promise<TransactionEnd> {
    const { limits } = this.#parts;
    if (this.#isResetNeeded) {
      const [reply] = await this.#ask(['RSET'], () => 'reset', limits.mailMs);
      if (reply?.code !== 250) throw garbage('reset', reply);
    }
    this.#isResetNeeded = true;
    const envelope = await (this.#isPipelined
      ? this.#envelopeAtOnce(transaction)
      : this.#envelope(transaction));
    const ends = envelopeEnds(envelope, transaction.recipients.length);
    if (ends !== undefined) {
      if (envelope.data?.code === GO_AHEAD) this.cut(); // it wants a message, and there is nobody to have it
      return { kind: 'answered', ends };
    }
    if (envelope.data?.code !== GO_AHEAD || this.#connection.hasUnaskedReplies) {
      throw garbage('data', envelope.data);
    }
    const dot = await this.#content(transaction);
    if (!('code' in dot)) return dot;
    return { kind: 'answered', ends: envelope.recipients.map((reply) => contentEnd(reply, dot)) };
  }

  /** RFC 2920: all in one go; the replies come in the same order. */
  async #envelopeAtOnce({ mail, recipients }: Transaction): Promise<EnvelopeReplies> {
    const { limits } = this.#parts;
    const stepOf = (replies: number): Step =>
      replies === 0 ? 'mail' : replies <= recipients.length ? 'recipient' : 'data';
    const replies = await this.#ask([mail, ...recipients, 'DATA'], stepOf, limits.mailMs);
    return { mail: replies[0], recipients: replies.slice(1, -1), data: replies.at(-1) };
  }

  async #envelope({ mail, recipients }: Transaction): Promise<EnvelopeReplies> {
    const { limits } = this.#parts;
    const [opening] = await this.#ask([mail], () => 'mail', limits.mailMs);
    if (opening === undefined || !isPositive(opening))
      return { mail: opening, recipients: [], data: undefined };
    const replies: Reply[] = [];
    for (const recipient of recipients) {
      replies.push(...(await this.#ask([recipient], () => 'recipient', limits.recipientMs)));
    }
    if (!replies.some(isPositive)) return { mail: opening, recipients: replies, data: undefined };
    const [data] = await this.#ask(['DATA'], () => 'data', limits.dataMs);
    return { mail: opening, recipients: replies, data };
  }

  async #content(transaction: Transaction): Promise<Reply | TransactionEnd> {
    const { content, mayFinish } = transaction;
    if (content.kind === 'large') return this.#stream(content.chunks, mayFinish);
    const octets = wireOctets(content.bytes);
    if (!mayFinish()) return this.#notOurs();
    const replies = this.#expect(1, () => 'dot', this.#parts.limits.dotMs);
    this.#connection.socket.write(octets);
    return this.#finished(await replies);
  }

  async #stream(
    chunks: AsyncIterable<Uint8Array>,
    mayFinish: () => boolean,
  ): Promise<Reply | TransactionEnd> {
    const { limits } = this.#parts;
    const wire = new WireContent();
    let step: Step = 'content';
    let isAnswered = false;
    const replies = this.#expect(1, () => step, limits.blockMs + limits.dotMs);
    const noted = replies.finally(() => (isAnswered = true)).catch(() => undefined);
    try {
      for await (const chunk of chunks) {
        if (isAnswered) break;
        if (!this.#connection.socket.write(wire.feed(chunk))) await this.#drained(noted);
      }
    } catch (error) {
      this.cut();
      if (error instanceof TroubleError) throw error;
      return { kind: 'unreadable', failure: failureOf(error) };
    }
    if (isAnswered) return this.#early(await replies);
    if (!mayFinish()) return this.#notOurs();
    step = 'dot';
    this.#connection.socket.write(wire.end());
    return this.#finished(await replies);
  }

  /** It said no before it heard all: that counts, and it may be deaf by now. */
  #early([reply]: readonly Reply[]): Reply {
    this.cut();
    if (reply === undefined || reply.code < 400) throw garbage('content', reply);
    return reply;
  }

  #finished([reply]: readonly Reply[]): Reply {
    if (reply === undefined || (reply.code >= 300 && reply.code < 400)) throw garbage('dot', reply);
    this.#isResetNeeded = false;
    return reply;
  }

  #notOurs(): TransactionEnd {
    this.cut();
    return { kind: 'not-ours' };
  }

  /** Until the host has taken what was written, or answered, or let its time go by. */
  #drained(answered: Promise<unknown>): Promise<void> {
    const { timers, limits } = this.#parts;
    const { socket } = this.#connection;
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        cancel();
        socket.off('drain', finish);
        resolve();
      };
      const cancel = timers.after(limits.blockMs, () => {
        socket.off('drain', finish);
        reject(new TroubleError(tooSlow('content')));
      });
      socket.once('drain', finish);
      void answered.then(finish);
    });
  }

  #ask(lines: readonly string[], stepOf: (replies: number) => Step, ms: number): Promise<readonly Reply[]> {
    const replies = this.#expect(lines.length, stepOf, ms);
    if (this.#isUsable) this.#connection.command(lines.join('\r\n'));
    return replies;
  }

  /** `ms` is for each of the replies: whenever one comes the others have as long again, or up to twice that. */
  #expect(count: number, stepOf: (replies: number) => Step, ms: number): Promise<readonly Reply[]> {
    return new Promise((resolve, reject) => {
      const replies: Reply[] = [];
      const step = (): Step => stepOf(replies.length);
      const settle = (trouble?: Trouble): void => {
        cancel();
        this.#waiting = undefined;
        if (trouble === undefined) resolve(replies);
        else reject(new TroubleError(trouble));
      };
      const cancel = patience(this.#parts.timers, ms, {
        progress: () => replies.length,
        giveUp: () => settle(tooSlow(step())),
      });
      this.#waiting = { step, fail: settle };
      if (!this.#isUsable) return settle(lost(step(), 'the connection had ended'));
      const take = (text: string): void => {
        if (this.#waiting === undefined) return;
        const reply = readReply(text);
        if (reply === undefined) return settle(garbage(step(), text).trouble);
        if (reply.code === CLOSING) return settle({ kind: 'refused', step: step(), reply });
        replies.push(reply);
        if (replies.length === count) settle();
      };
      for (let at = 0; at < count; at += 1) this.#connection.expect(take);
    });
  }

  #over(says: string): void {
    this.#isUsable = false;
    const waiting = this.#waiting;
    if (waiting !== undefined) waiting.fail(lost(waiting.step(), says));
    this.#onEnd();
  }
}

interface EnvelopeReplies {
  readonly mail: Reply | undefined;
  readonly recipients: readonly Reply[];
  /** Undefined: DATA was not said. */
  readonly data: Reply | undefined;
}

/** Where nothing is to be sent, what became of each recipient; undefined: somebody is to have the message. */
function envelopeEnds(
  { mail, recipients, data }: EnvelopeReplies,
  count: number,
): readonly RecipientEnd[] | undefined {
  if (mail === undefined) throw garbage('mail', mail);
  if (!isPositive(mail)) {
    return Array.from({ length: count }, () => ({ kind: 'refused', step: 'mail', reply: mail }));
  }
  if (recipients.some((reply) => reply.code >= 300 && reply.code < 400))
    throw garbage('recipient', recipients[0]);
  const isAnybodyTaken = recipients.some(isPositive);
  if (isAnybodyTaken && (data === undefined || data.code < 400)) return undefined;
  return recipients.map((reply) =>
    isPositive(reply) && data !== undefined
      ? { kind: 'refused', step: 'data', reply: data }
      : { kind: 'refused', step: 'recipient', reply },
  );
}

function contentEnd(recipient: Reply, dot: Reply): RecipientEnd {
  if (!isPositive(recipient)) return { kind: 'refused', step: 'recipient', reply: recipient };
  return isPositive(dot) ? { kind: 'taken', reply: dot } : { kind: 'refused', step: 'dot', reply: dot };
}

function isPositive({ code }: Reply): boolean {
  return code < 300;
}

function tooSlow(step: Step): Trouble {
  return { kind: 'too-slow', step, says: 'the host took too long' };
}

function lost(step: Step, says: string): Trouble {
  return { kind: 'lost', step, says };
}

const SHOWN_GARBAGE = 100;

function garbage(step: Step, what: Reply | string | undefined): TroubleError {
  const text = typeof what === 'string' ? what.slice(0, SHOWN_GARBAGE) : (what?.says ?? 'nothing');
  return new TroubleError({
    kind: 'garbage',
    step,
    says: `the host said what does not belong here: ${JSON.stringify(text)}`,
  });
}

/** Gives up when nothing went on from one look to the next; far cheaper than a timer for each reply. */
function patience(
  timers: Timers,
  ms: number,
  { progress, giveUp }: { progress: () => number; giveUp: () => void },
): Cancel {
  let seen = progress();
  const look = (): void => {
    if (progress() === seen) return giveUp();
    seen = progress();
    cancel = timers.after(ms, look);
  };
  let cancel = timers.after(ms, look);
  return () => cancel();
}
