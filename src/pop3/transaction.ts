// The TRANSACTION state (RFC 1939 section 5) and the UPDATE that may follow it (section 6): commands about messages, done
// and answered in order.
import { Budget } from '../base/budget.js';
import type { Clock } from '../base/clock.js';
import { failureOf } from '../base/failure.js';
import type { OpenMailbox } from '../mailbox/mailbox-door.js';
import type { ClientOutput } from './client-output.js';
import { Maildrop } from './maildrop.js';
import { MessageBodies, type MessageContent, type ReadAheadAllowances } from './message-bodies.js';
import type { MessageCommand } from './protocol/command.js';
import { DotStuffing } from '../mail/content/dot-stuffing.js';
import { failureReply } from './protocol/failure-replies.js';
import { headerEnd, needsUtf8Mode } from './protocol/header-charset.js';
import { MessageTop } from './protocol/message-top.js';
import { END_OF_LIST, ok, partlyRemovedReply, replies } from './protocol/replies.js';

/** For removing everything that was marked; the client waits for it. */
const REMOVE_MS = 120_000;

export interface TransactionOptions {
  readonly mailbox: OpenMailbox;
  readonly output: ClientOutput;
  readonly allowances: ReadAheadAllowances;
  readonly clock: Clock;
  readonly isUtf8: boolean;
  /** A failure that the client heard of as a reply. */
  readonly onFailure: (failure: unknown) => void;
}

/** Why the reply could not be sent to its end: the connection is of no use any more. */
export interface BrokenOff {
  readonly brokenOffBy: unknown;
}

type Served = BrokenOff | undefined;

export class Transaction {
  /** What was sent whole. */
  readonly retrieved = { messages: 0, octets: 0 };
  readonly #options: TransactionOptions;
  readonly #maildrop: Maildrop;
  readonly #bodies: MessageBodies;

  constructor(options: TransactionOptions) {
    this.#options = options;
    this.#maildrop = new Maildrop(options.mailbox);
    this.#bodies = new MessageBodies(options);
  }

  /** RFC 1939 section 4: what login is answered with. */
  get welcome(): string {
    return ok(`${this.#maildrop.count} messages (${this.#maildrop.octets} octets)`);
  }

  /** Undefined: done already. */
  serve(command: MessageCommand): Promise<Served> | undefined {
    const maildrop = this.#maildrop;
    switch (command.name) {
      case 'RETR':
        return this.#retrieve(command.message);
      case 'TOP':
        return this.#retrieve(command.message, new MessageTop(command.lines));
      case 'LIST':
        return this.#tell(
          command.message,
          `${maildrop.count} messages (${maildrop.octets} octets)`,
          (number) => maildrop.scanLine(number),
        );
      case 'UIDL':
        return this.#tell(command.message, 'unique ids', (number) => maildrop.uidLine(number));
      case 'STAT':
        this.#answer(ok(`${maildrop.count} ${maildrop.octets}`));
        return undefined;
      case 'DELE':
        this.#delete(command.message);
        return undefined;
      case 'RSET':
        maildrop.restore();
        break;
      case 'NOOP':
        break;
    }
    this.#answer(replies.done);
    return undefined;
  }

  /** It is worth telling what is asked for after this. */
  get readsAhead(): boolean {
    return this.#bodies.wantsMore;
  }

  /** Whatever is asked for now or soon: a message that will be retrieved. False: no more of them for now. */
  readAhead(number: number): boolean {
    return !this.#isThereYet(number) || this.#bodies.readAhead(number);
  }

  /** It is asked for now, and nothing else has been asked for yet. */
  readRun(number: number): void {
    if (this.#isThereYet(number)) this.#bodies.readRun(number, (each) => this.#isThereYet(each));
  }

  /** RFC 1939 section 6: removes what was marked, lets go of the lock, and says how it went. */
  async update(): Promise<{ readonly reply: string; readonly removed: number }> {
    const { mailbox, clock, onFailure } = this.#options;
    const marked = this.#maildrop.deleted;
    try {
      if (marked.length === 0) return { reply: replies.signOff, removed: 0 };
      const outcome = await mailbox.remove(marked, Budget.of(clock, REMOVE_MS));
      if (outcome.kind === 'lost') return { reply: replies.lockLost, removed: 0 };
      if (outcome.kind === 'removed') return { reply: replies.signOff, removed: marked.length };
      onFailure(outcome.cause);
      return { reply: partlyRemovedReply(outcome.left), removed: marked.length - outcome.left };
    } catch (error) {
      const failure = failureOf(error);
      onFailure(failure);
      return { reply: failureReply(failure), removed: 0 };
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    this.#bodies.close();
    await this.#options.mailbox.close();
  }

  #answer(reply: string): void {
    this.#options.output.text(reply);
  }

  #isThereYet(number: number): boolean {
    return this.#maildrop.state(number) === 'there';
  }

  /** Says so and gives false where there is no such message. */
  #isThere(number: number): boolean {
    const state = this.#maildrop.state(number);
    if (state !== 'there') this.#answer(state === 'deleted' ? replies.alreadyDeleted : replies.noSuchMessage);
    return state === 'there';
  }

  #delete(number: number): void {
    if (!this.#isThere(number)) return;
    this.#maildrop.delete(number);
    this.#answer(replies.done);
  }

  /** The line of one message, or of all of them. */
  #tell(
    number: number | undefined,
    title: string,
    lineOf: (number: number) => string,
  ): Promise<Served> | undefined {
    if (number === undefined) return this.#list(title, lineOf);
    if (this.#isThere(number)) this.#answer(ok(lineOf(number)));
    return undefined;
  }

  async #list(title: string, lineOf: (number: number) => string): Promise<Served> {
    const { output } = this.#options;
    output.text(ok(title));
    for (const piece of this.#maildrop.listing(lineOf)) {
      output.text(piece);
      if (output.isFull) await output.room();
      if (output.isGone) return undefined;
    }
    output.text(END_OF_LIST);
    return undefined;
  }

  async #retrieve(number: number, top?: MessageTop): Promise<Served> {
    if (!this.#isThere(number)) {
      this.#bodies.forget(number);
      return undefined;
    }
    const content = await this.#open(number);
    if (content === undefined) return undefined;
    if (!this.#options.isUtf8 && needsUtf8Mode(headerOf(content.first))) {
      await content.rest?.return?.();
      this.#answer(replies.needsUtf8);
      return undefined;
    }
    const octets = this.#options.mailbox.sizeBytes(number);
    this.#answer(top === undefined ? ok(`${octets} octets`) : ok('top of message'));
    const served = await this.#send(content, top);
    if (served === undefined && top === undefined) {
      this.retrieved.messages += 1;
      this.retrieved.octets += octets;
    }
    return served;
  }

  /** Undefined: it cannot be read, and the client was told so. */
  async #open(number: number): Promise<MessageContent | undefined> {
    try {
      return await this.#bodies.open(number);
    } catch (error) {
      const failure = failureOf(error);
      this.#options.onFailure(failure);
      this.#answer(failureReply(failure));
      return undefined;
    }
  }

  async #send({ first, rest }: MessageContent, top: MessageTop | undefined): Promise<Served> {
    const { output } = this.#options;
    const stuffing = new DotStuffing();
    const put = (chunk: Uint8Array): void => output.octets(stuffing.stuff(top?.cut(chunk) ?? chunk));
    const isEnough = (): boolean => output.isGone || top?.isComplete === true;
    for (const chunk of first) put(chunk);
    const broken = rest === undefined ? undefined : await this.#pour(rest, put, isEnough);
    if (broken === undefined) output.text(stuffing.end());
    return broken;
  }

  async #pour(
    rest: AsyncIterator<Uint8Array>,
    put: (chunk: Uint8Array) => void,
    isEnough: () => boolean,
  ): Promise<Served> {
    const { output } = this.#options;
    try {
      while (!isEnough()) {
        if (output.isFull) await output.room();
        const next = await rest.next();
        if (next.done === true) return undefined;
        put(next.value);
      }
      await rest.return?.();
      return undefined;
    } catch (error) {
      return { brokenOffBy: error };
    }
  }
}

/** What was read of it is all of it, or at least as far as anybody looks. */
function headerOf(first: readonly Uint8Array[]): Uint8Array {
  const [only] = first;
  const octets =
    first.length === 1 && only !== undefined
      ? Buffer.from(only.buffer, only.byteOffset, only.length)
      : Buffer.concat(first);
  return octets.subarray(0, headerEnd(octets));
}
