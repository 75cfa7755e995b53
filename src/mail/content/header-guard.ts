// The header of a message as it streams by: it has an end within bounds, not so many Received lines that the message
// must be going in circles (RFC 5321 section 6.3), and, where that is asked for, a Date and a Message-ID (RFC 6409
// sections 8.2 and 8.3). Added lines go where the header ends, so nothing has to wait for them. Takes text whose line
// ends are CRLF; holds back the beginning of one line at most; what comes after the header passes untouched.
import { Failure } from '../../base/failure.js';
import { LF } from './bare-newline.js';
import { lineStartAt } from './header-line.js';

export interface HeaderRules {
  readonly headerSize: number;
  readonly receivedHeaders: number;
  /** What these fields say where the message has none. */
  readonly missing?: { readonly date: string; readonly messageId: string };
}

const NOTHING = Buffer.alloc(0);

export class HeaderGuard {
  readonly #rules: HeaderRules;
  #held: Buffer = NOTHING;
  #sizeBytes = 0;
  #isOver = false;
  #isWithinLine = false;
  #hasField = false;
  #received = 0;
  #hasDate = false;
  #hasMessageId = false;

  constructor(rules: HeaderRules) {
    this.#rules = rules;
  }

  feed(chunk: Buffer): readonly Buffer[] {
    if (this.#isOver) return [chunk];
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const { at, stop } = this.#scan(bytes);
    this.#count(at);
    this.#held = stop === 'undecided' ? bytes.subarray(at) : NOTHING;
    if (stop === 'none' || stop === 'undecided') return [bytes.subarray(0, at)];
    this.#isOver = true;
    return [bytes.subarray(0, at), this.#additions(stop), bytes.subarray(at)];
  }

  /** The last line was whole, so nothing is held back. */
  end(): readonly Buffer[] {
    return this.#isOver ? [] : [this.#additions('empty')];
  }

  /** How far the header reaches, as far as it can be seen, and why it goes no further. */
  #scan(bytes: Buffer): { at: number; stop: 'none' | 'undecided' | 'empty' | 'text' } {
    let at = this.#isWithinLine ? bytes.indexOf(LF) + 1 : 0;
    this.#isWithinLine = this.#isWithinLine && at === 0;
    while (!this.#isWithinLine && at < bytes.length) {
      const line = lineStartAt(bytes, at);
      if (line.kind === 'undecided' || line.kind === 'empty' || line.kind === 'text')
        return { at, stop: line.kind };
      if (line.kind === 'field') this.#note(line.name);
      else if (!this.#hasField) return { at, stop: 'text' };
      const lineEnd = bytes.indexOf(LF, at);
      this.#isWithinLine = lineEnd === -1;
      at = lineEnd + 1;
    }
    return { at: bytes.length, stop: 'none' };
  }

  #note(name: string): void {
    this.#hasField = true;
    if (name === 'date') this.#hasDate = true;
    else if (name === 'message-id') this.#hasMessageId = true;
    else if (name === 'received') this.#received += 1;
    if (this.#received < this.#rules.receivedHeaders) return;
    throw new Failure('mail-loop', `the message has ${this.#received} Received lines`);
  }

  #count(octets: number): void {
    this.#sizeBytes += octets;
    if (this.#sizeBytes <= this.#rules.headerSize) return;
    throw new Failure('header-too-large', `the header has more than ${this.#rules.headerSize} octets`);
  }

  /** Text that follows without an empty line gets one where lines are added: it must not become part of them. */
  #additions(before: 'empty' | 'text'): Buffer {
    const { missing } = this.#rules;
    if (missing === undefined) return NOTHING;
    const date = this.#hasDate ? '' : `Date: ${missing.date}\r\n`;
    const messageId = this.#hasMessageId ? '' : `Message-ID: ${missing.messageId}\r\n`;
    const lines = date + messageId;
    return Buffer.from(lines !== '' && before === 'text' ? `${lines}\r\n` : lines);
  }
}
