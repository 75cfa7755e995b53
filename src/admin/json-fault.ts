// Where a text stops being JSON (RFC 8259). The engine's parser tells the place of some mistakes and not of others, so
// what it has refused is read once more here, without building anything; nesting costs a character each.

/** Both counted from one. */
export interface JsonPlace {
  readonly line: number;
  readonly column: number;
}

/** Where something else is needed: what is being read, or just has been. */
type Expected = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'comma-or-end';

const BLANK = /[ \t\n\r]*/y;
const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Section 7: anything but quotes, backslashes of no meaning and control characters. */
const INSIDE_STRING = /(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*/uy;

/** Undefined: it is JSON. */
export function jsonFault(text: string): JsonPlace | undefined {
  const reader = new Reader(text);
  while (!reader.hasEnded) {
    if (!reader.step()) return placeOf(reader.at, text);
  }
  return undefined;
}

function placeOf(offset: number, text: string): JsonPlace {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

class Reader {
  readonly #text: string;
  /** What ends each of the objects and lists that we are in. */
  readonly #ends: ('}' | ']')[] = [];
  #expected: Expected = 'value';
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#pass(BLANK);
  }

  get at(): number {
    return this.#at;
  }

  get hasEnded(): boolean {
    return this.#expected === 'comma-or-end' && this.#ends.length === 0 && this.#at === this.#text.length;
  }

  /** False: what stands here cannot. */
  step(): boolean {
    const isFine = this.#read();
    if (isFine) this.#pass(BLANK);
    return isFine;
  }

  #read(): boolean {
    const mayEnd = this.#expected !== 'value' && this.#expected !== 'name';
    if (mayEnd && this.#ends.length > 0 && this.#passes(this.#ends.at(-1))) {
      this.#ends.pop();
      this.#expected = 'comma-or-end';
      return true;
    }
    if (this.#expected === 'comma-or-end') return this.#comma();
    return this.#expected === 'name' || this.#expected === 'name-or-end' ? this.#name() : this.#value();
  }

  #comma(): boolean {
    const end = this.#ends.at(-1);
    if (end === undefined || !this.#passes(',')) return false;
    this.#expected = end === '}' ? 'name' : 'value';
    return true;
  }

  #name(): boolean {
    if (!this.#string()) return false;
    this.#pass(BLANK);
    this.#expected = 'value';
    return this.#passes(':');
  }

  #value(): boolean {
    if (this.#passes('{')) {
      this.#ends.push('}');
      this.#expected = 'name-or-end';
      return true;
    }
    if (this.#passes('[')) {
      this.#ends.push(']');
      this.#expected = 'value-or-end';
      return true;
    }
    this.#expected = 'comma-or-end';
    return this.#text[this.#at] === '"' ? this.#string() : this.#pass(LITERAL) > 0;
  }

  #string(): boolean {
    if (!this.#passes('"')) return false;
    this.#pass(INSIDE_STRING);
    return this.#passes('"');
  }

  #passes(character: string | undefined): boolean {
    const isThere = this.#text[this.#at] === character && character !== undefined;
    if (isThere) this.#at += 1;
    return isThere;
  }

  /** How many characters there were of these. */
  #pass(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    const length = pattern.exec(this.#text)?.[0].length ?? 0;
    this.#at += length;
    return length;
  }
}
