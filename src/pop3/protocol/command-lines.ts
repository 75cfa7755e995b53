// Cuts what a client sends into lines, whatever pieces it comes in. A line is at most as long as the caller allows
// (RFC 2449 section 4: 255 octets with CRLF; RFC 5034 section 4: more in a SASL exchange); of a longer one is said that
// it is too long, at once, and the rest of it is skipped. A bare LF ends a line too, for people with telnet. Text is
// UTF-8 (RFC 6856 section 2.2) without control characters, or it is no text.
import { isUtf8 } from 'node:buffer';

export type CommandLine =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-long' }
  /** Control characters, or not UTF-8: another protocol, or broken. */
  | { readonly kind: 'not-text' };

/** RFC 2449 section 4, with CRLF. */
export const COMMAND_OCTETS = 255;

const LF = 0x0a;
const CR = 0x0d;
const PRINTABLE_ASCII = /^[\x20-\x7E]*$/;
const CONTROL = /\p{Cc}/u;
const TOO_LONG: CommandLine = { kind: 'too-long' };
const NOT_TEXT: CommandLine = { kind: 'not-text' };
const NOTHING = Buffer.alloc(0);

export class CommandLines {
  #octets: Buffer = NOTHING;
  #at = 0;
  #isSkipping = false;
  /** Cut off already for somebody who peeked. */
  readonly #ahead: CommandLine[] = [];

  /** How much is waiting; whoever feeds must stop at some bound. */
  get waitingOctets(): number {
    return this.#octets.length - this.#at;
  }

  feed(octets: Uint8Array): void {
    const rest = this.#octets.subarray(this.#at);
    this.#octets =
      rest.length === 0
        ? Buffer.from(octets.buffer, octets.byteOffset, octets.length)
        : Buffer.concat([rest, octets]);
    this.#at = 0;
  }

  /** The next line, or undefined when the rest of it has not come yet. */
  take(maximumOctets = COMMAND_OCTETS): CommandLine | undefined {
    return this.#ahead.shift() ?? this.#cut(maximumOctets);
  }

  /** The line that `take` would give after `index` others. Only where all of them are commands. */
  peek(index: number): CommandLine | undefined {
    while (this.#ahead.length <= index) {
      const line = this.#cut(COMMAND_OCTETS);
      if (line === undefined) return undefined;
      this.#ahead.push(line);
    }
    return this.#ahead[index];
  }

  #cut(maximumOctets: number): CommandLine | undefined {
    for (;;) {
      const start = this.#at;
      const end = this.#octets.indexOf(LF, start);
      if (end < 0) return this.#unfinished(maximumOctets);
      this.#at = end + 1;
      if (this.#isSkipping) {
        this.#isSkipping = false;
        continue;
      }
      if (end + 1 - start > maximumOctets) return TOO_LONG;
      return lineOf(this.#octets, start, end > start && this.#octets[end - 1] === CR ? end - 1 : end);
    }
  }

  /** What is wrong with a line already is said before it ends: a stranger that speaks in binary may never end one. */
  #unfinished(maximumOctets: number): CommandLine | undefined {
    const isTooLong = this.waitingOctets >= maximumOctets;
    const isText = !hasControl(this.#octets.subarray(this.#at, this.#at + maximumOctets));
    if (!isTooLong && !this.#isSkipping && isText) return undefined;
    const wasTold = this.#isSkipping;
    this.#forget();
    this.#isSkipping = true;
    if (wasTold) return undefined;
    return isText ? TOO_LONG : NOT_TEXT;
  }

  #forget(): void {
    this.#octets = NOTHING;
    this.#at = 0;
  }
}

/** But for a CR at the end, which may be half of a CRLF. */
function hasControl(octets: Buffer): boolean {
  return octets.some((octet, at) => octet < 0x20 && !(octet === CR && at === octets.length - 1));
}

function lineOf(octets: Buffer, start: number, end: number): CommandLine {
  const text = octets.toString('latin1', start, end);
  if (PRINTABLE_ASCII.test(text)) return { kind: 'text', text };
  if (!isUtf8(octets.subarray(start, end))) return NOT_TEXT;
  const decoded = octets.toString('utf8', start, end);
  return CONTROL.test(decoded) ? NOT_TEXT : { kind: 'text', text: decoded };
}
