// The messages of one session as they are read from the store. Small ones are read whole, and together: those that the
// client has asked for already, within bounds, and of a client that asks for one after the other, those that come next.
// Large ones come as a stream.
import { Budget } from '../base/budget.js';
import type { Clock } from '../base/clock.js';
import type { OpenMailbox } from '../mailbox/mailbox-door.js';
import { headerEnd } from './protocol/header-charset.js';

/** Read whole up to this size. */
const SMALL_OCTETS = 64 * 1024;
/** Read ahead for one session: two statements' worth of a ring store, one being sent while the other is on its way. */
const AHEAD_MESSAGES = 32;
const AHEAD_OCTETS = 512 * 1024;
/** Of a client that has asked for nothing else yet: what it asked for and the next; if it reads on, ever more at once. */
const FIRST_RUN_MESSAGES = 2;
const MOST_RUN_MESSAGES = 16;
/** Guesses wait for a client that may never ask: fewer octets. */
const RUN_OCTETS = 128 * 1024;
/** Of a large message, looked through for the end of its header before anything is sent. */
const HEADER_OCTETS = 512 * 1024;
/** How long the store may need for each piece. */
const READ_MS = 30_000;

export interface MessageContent {
  /** The beginning: as far as the header goes, and for a small message all of it. */
  readonly first: readonly Uint8Array[];
  readonly rest: AsyncIterator<Uint8Array> | undefined;
}

/** Octets that all sessions together may have read ahead. */
export class ReadAheadAllowance {
  #free: number;

  constructor(octets: number) {
    this.#free = octets;
  }

  take(octets: number): boolean {
    if (octets > this.#free) return false;
    this.#free -= octets;
    return true;
  }

  give(octets: number): void {
    this.#free += octets;
  }
}

export interface ReadAheadAllowances {
  /** For what clients have asked for. */
  readonly asked: ReadAheadAllowance;
  /** For what they will perhaps ask for. */
  readonly guessed: ReadAheadAllowance;
}

export interface MessageBodiesOptions {
  readonly mailbox: OpenMailbox;
  readonly allowances: ReadAheadAllowances;
  readonly clock: Clock;
}

interface Ahead {
  readonly chunks: Promise<readonly Uint8Array[]>;
  readonly takenFrom: ReadAheadAllowance;
}

export class MessageBodies {
  readonly #options: MessageBodiesOptions;
  readonly #ahead = new Map<number, Ahead>();
  #aheadOctets = 0;
  /** Messages that follow each other, as the client asks for them. */
  readonly #run = { next: 0, messages: FIRST_RUN_MESSAGES };

  constructor(options: MessageBodiesOptions) {
    this.#options = options;
  }

  /** Little enough is waiting that it is worth looking for more: so they are read some at a time, and not one by one. */
  get wantsMore(): boolean {
    return this.#ahead.size <= AHEAD_MESSAGES / 2;
  }

  /** Begins to read a message that exists and will be opened soon. False: not now, there is too much already. */
  readAhead(number: number): boolean {
    const isTooMuch = this.#ahead.size >= AHEAD_MESSAGES;
    return !isTooMuch && this.#begin(number, AHEAD_OCTETS, this.#options.allowances.asked);
  }

  /**
   * For a client that waits for each message before it asks for the next: begins to read this one and, where it goes
   * on from the last one or is the first, some that follow. Those that `isThere` does not name are left out.
   */
  readRun(number: number, isThere: (number: number) => boolean): void {
    const { next, messages } = this.#run;
    const isRun = number === next || next === 0;
    this.#run.next = number + 1;
    if (this.#ahead.has(number)) return;
    this.close(); // guesses that were wrong
    if (isRun) this.#run.messages = Math.min(MOST_RUN_MESSAGES, next === 0 ? messages : 2 * messages);
    else this.#run.messages = FIRST_RUN_MESSAGES / 2;
    const end = Math.min(number + this.#run.messages - 1, this.#options.mailbox.count);
    for (let each = number; each <= end; each += 1) {
      if (isThere(each) && !this.#begin(each, RUN_OCTETS, this.#options.allowances.guessed)) return;
    }
  }

  /** Fails as the store does when already the beginning cannot be read. */
  async open(number: number): Promise<MessageContent> {
    const ahead = this.#ahead.get(number);
    this.forget(number);
    if (this.#options.mailbox.sizeBytes(number) <= SMALL_OCTETS) {
      return { first: await (ahead?.chunks ?? this.#readWhole(number)), rest: undefined };
    }
    return this.#openStream(number);
  }

  /** Gives back what was read ahead in vain. */
  close(): void {
    for (const number of this.#ahead.keys()) this.forget(number);
  }

  /** It was read ahead in vain, if it was. */
  forget(number: number): void {
    const ahead = this.#ahead.get(number);
    if (ahead === undefined) return;
    this.#ahead.delete(number);
    const octets = this.#options.mailbox.sizeBytes(number);
    this.#aheadOctets -= octets;
    ahead.takenFrom.give(octets);
  }

  #begin(number: number, mostOctets: number, allowance: ReadAheadAllowance): boolean {
    const octets = this.#options.mailbox.sizeBytes(number);
    if (octets > SMALL_OCTETS || this.#ahead.has(number)) return true; // nothing to do
    if (this.#aheadOctets + octets > mostOctets || !allowance.take(octets)) return false;
    this.#aheadOctets += octets;
    const ahead = { chunks: this.#readWhole(number), takenFrom: allowance };
    this.#ahead.set(number, ahead);
    ahead.chunks.catch(() => {
      // whoever opens it hears of it; but a guess may be asked for much later, and is read again then
      if (allowance === this.#options.allowances.guessed && this.#ahead.get(number) === ahead)
        this.forget(number);
    });
    return true;
  }

  async #readWhole(number: number): Promise<readonly Uint8Array[]> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#read(number)) chunks.push(chunk);
    return chunks;
  }

  async #openStream(number: number): Promise<MessageContent> {
    const rest = this.#read(number)[Symbol.asyncIterator]();
    const first: Uint8Array[] = [];
    let octets = 0;
    while (octets < HEADER_OCTETS && (first.length === 0 || headerEnd(Buffer.concat(first)) === undefined)) {
      const next = await rest.next();
      if (next.done === true) break;
      first.push(next.value);
      octets += next.value.length;
    }
    return { first, rest };
  }

  #read(number: number): AsyncIterable<Uint8Array> {
    const { mailbox, clock } = this.#options;
    return mailbox.read(number, Budget.of(clock, READ_MS));
  }
}
