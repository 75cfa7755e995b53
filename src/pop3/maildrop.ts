// A mailbox as one session sees it (RFC 1939 section 5): the messages as numbered at login, less those marked as deleted.
// The marks are the session's alone until it ends with QUIT.
import type { OpenMailbox } from '../mailbox/mailbox-door.js';

/** Lines of a listing made at a time: a piece of some kilobytes, far less than a millisecond's work. */
const LINES_PER_PIECE = 256;

export class Maildrop {
  readonly #mailbox: OpenMailbox;
  readonly #deleted = new Set<number>();
  readonly #allOctets: number;
  #deletedOctets = 0;

  constructor(mailbox: OpenMailbox) {
    this.#mailbox = mailbox;
    let octets = 0;
    for (let number = 1; number <= mailbox.count; number += 1) octets += mailbox.sizeBytes(number);
    this.#allOctets = octets;
  }

  get count(): number {
    return this.#mailbox.count - this.#deleted.size;
  }

  get octets(): number {
    return this.#allOctets - this.#deletedOctets;
  }

  get deleted(): readonly number[] {
    return [...this.#deleted];
  }

  get deletedCount(): number {
    return this.#deleted.size;
  }

  state(number: number): 'there' | 'deleted' | 'absent' {
    if (number < 1 || number > this.#mailbox.count) return 'absent';
    return this.#deleted.has(number) ? 'deleted' : 'there';
  }

  delete(number: number): void {
    this.#deleted.add(number);
    this.#deletedOctets += this.#mailbox.sizeBytes(number);
  }

  /** RSET. */
  restore(): void {
    this.#deleted.clear();
    this.#deletedOctets = 0;
  }

  /** `1 320`: octets as RETR sends them, before dot-stuffing and without the line that ends it. */
  scanLine(number: number): string {
    return `${number} ${this.#mailbox.sizeBytes(number)}`;
  }

  uidLine(number: number): string {
    return `${number} ${this.#mailbox.uidl(number)}`;
  }

  /** The lines of all messages that are there, each ended by CRLF, some at a time. */
  *listing(lineOf: (number: number) => string): Generator<string, void, undefined> {
    for (let first = 1; first <= this.#mailbox.count; first += LINES_PER_PIECE) {
      let piece = '';
      const last = Math.min(first + LINES_PER_PIECE - 1, this.#mailbox.count);
      for (let number = first; number <= last; number += 1) {
        if (!this.#deleted.has(number)) piece += `${lineOf(number)}\r\n`;
      }
      if (piece !== '') yield piece;
    }
  }
}
