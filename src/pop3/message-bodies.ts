// The messages of one session as they are read from the store. Small ones are read whole, and those that the client has
// asked for already are read ahead while an earlier one is being sent, within bounds. Large ones come as a stream.
import { Budget } from '../base/budget.js';
import type { Clock } from '../base/clock.js';
import type { OpenMailbox } from '../mailbox/mailbox-door.js';
import { headerEnd } from './protocol/header-charset.js';

/** Read whole up to this size. */
const SMALL_OCTETS = 64 * 1024;
/** Read ahead for one session: enough to hide the way to a store and back. */
const AHEAD_MESSAGES = 16;
const AHEAD_OCTETS = 512 * 1024;
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

export interface MessageBodiesOptions {
  readonly mailbox: OpenMailbox;
  readonly allowance: ReadAheadAllowance;
  readonly clock: Clock;
}

export class MessageBodies {
  readonly #options: MessageBodiesOptions;
  readonly #ahead = new Map<number, Promise<readonly Uint8Array[]>>();
  #aheadOctets = 0;

  constructor(options: MessageBodiesOptions) {
    this.#options = options;
  }

  /** Begins to read a message that exists and will be opened soon. False: not now, there is too much already. */
  readAhead(number: number): boolean {
    const octets = this.#options.mailbox.sizeBytes(number);
    if (octets > SMALL_OCTETS || this.#ahead.has(number)) return true; // nothing to do
    const isTooMuch = this.#ahead.size >= AHEAD_MESSAGES || this.#aheadOctets + octets > AHEAD_OCTETS;
    if (isTooMuch || !this.#options.allowance.take(octets)) return false;
    this.#aheadOctets += octets;
    const body = this.#readWhole(number);
    body.catch(() => undefined); // whoever opens it hears of it
    this.#ahead.set(number, body);
    return true;
  }

  /** Fails as the store does when already the beginning cannot be read. */
  async open(number: number): Promise<MessageContent> {
    const ahead = this.#ahead.get(number);
    this.forget(number);
    if (this.#options.mailbox.sizeBytes(number) <= SMALL_OCTETS) {
      return { first: await (ahead ?? this.#readWhole(number)), rest: undefined };
    }
    return this.#openStream(number);
  }

  /** Gives back what was read ahead in vain. */
  close(): void {
    for (const number of this.#ahead.keys()) this.forget(number);
  }

  /** It was read ahead in vain, if it was. */
  forget(number: number): void {
    if (!this.#ahead.delete(number)) return;
    const octets = this.#options.mailbox.sizeBytes(number);
    this.#aheadOctets -= octets;
    this.#options.allowance.give(octets);
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
