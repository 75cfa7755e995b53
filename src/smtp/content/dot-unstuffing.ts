// Finds the end of DATA and takes the stuffed dots out (RFC 5321 section 4.5.2). The end is CRLF, dot, CRLF and nothing
// like it (section 4.1.1.4): a bare CR or LF begins no line here, so that nobody smuggles a second message past us.
// A chunk without a dot at the beginning of a line is given on as it is; one with many is copied once, at the pace of
// memory.

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const LINE_AND_DOT = Buffer.from('\r\n.');
const NOTHING = Buffer.alloc(0);
/** So many octets after a dot are looked at one by one: a native search costs as much, and another may follow soon. */
const SHORT_STRETCH = 128;

/** Where the last octet seen has left us. Octets that lead to the last two are kept back: they may be the end. */
const AT = { text: 0, afterCr: 1, lineStart: 2, afterDot: 3, afterDotCr: 4, end: 5 } as const;
type Place = (typeof AT)[keyof typeof AT];

/** Where an octet leads from a place: CR, LF, a dot, any other. */
const PATHS: readonly (readonly [cr: Place, lf: Place, dot: Place, other: Place])[] = [
  [AT.afterCr, AT.text, AT.text, AT.text], // text
  [AT.afterCr, AT.lineStart, AT.text, AT.text], // afterCr
  [AT.afterCr, AT.text, AT.afterDot, AT.text], // lineStart
  [AT.afterDotCr, AT.text, AT.text, AT.text], // afterDot
  [AT.afterCr, AT.end, AT.text, AT.text], // afterDotCr
];

function kindOf(octet: number): 0 | 1 | 2 | 3 {
  if (octet > DOT) return 3; // nearly all
  if (octet === CR) return 0;
  if (octet === LF) return 1;
  return octet === DOT ? 2 : 3;
}

export interface Unstuffed {
  readonly content: Buffer;
  /** Where, in the chunk, what follows the message begins; undefined: the message goes on. */
  readonly endsAt: number | undefined;
}

export class DotUnstuffing {
  #place: Place = AT.lineStart;

  /** The chunk from `from` on. */
  feed(chunk: Buffer, from: number): Unstuffed {
    return this.#untouched(chunk, from) ?? this.#copied(chunk, from);
  }

  /** The usual: no dot at a line's beginning but the one that ends the message. */
  #untouched(chunk: Buffer, from: number): Unstuffed | undefined {
    if (!this.#isWithinText(chunk, from)) return undefined;
    const found = chunk.indexOf(LINE_AND_DOT, from);
    if (found < 0) {
      this.#place = placeAtEnd(chunk, from);
      return { content: chunk.subarray(from), endsAt: undefined };
    }
    if (chunk[found + 3] !== CR || chunk[found + 4] !== LF) return undefined;
    return { content: chunk.subarray(from, found + 2), endsAt: found + 5 };
  }

  /** The first octet belongs to no dot, CR or line end that another chunk has begun. */
  #isWithinText(chunk: Buffer, from: number): boolean {
    const first = chunk[from];
    if (first === undefined) return false;
    if (this.#place === AT.text) return true;
    if (this.#place === AT.lineStart) return first !== DOT;
    return this.#place === AT.afterCr && first !== LF;
  }

  #copied(chunk: Buffer, from: number): Unstuffed {
    const content = Buffer.allocUnsafe(chunk.length - from + 1); // one more: a CR kept back from the chunk before
    let length = 0;
    let place = this.#place;
    let stretchFrom = from;
    let at = from;
    while (at < chunk.length) {
      if (place === AT.text && at >= stretchFrom) {
        const stretch = endOfStretch(chunk, at);
        length += chunk.copy(content, length, at, stretch);
        place = stretch < chunk.length ? AT.text : placeAtEnd(chunk, at);
        at = stretch;
        stretchFrom = stretch + SHORT_STRETCH;
        continue;
      }
      const octet = chunk[at] ?? 0;
      const next: Place = PATHS[place]?.[kindOf(octet)] ?? AT.text;
      at += 1;
      if (next === AT.end) return { content: content.subarray(0, length), endsAt: at };
      if (place === AT.afterDotCr) content[length++] = CR; // it was not the end
      if (next < AT.afterDot) content[length++] = octet;
      place = next;
    }
    this.#place = place;
    return { content: length === 0 ? NOTHING : content.subarray(0, length), endsAt: undefined };
  }
}

/** Where the next dot at a line's beginning ends what can be copied as it is. */
function endOfStretch(chunk: Buffer, from: number): number {
  const found = chunk.indexOf(LINE_AND_DOT, from);
  return found < 0 ? chunk.length : found;
}

/** After octets that begin within text and have no dot at a line's beginning. */
function placeAtEnd(chunk: Buffer, from: number): Place {
  const last = chunk[chunk.length - 1];
  if (last === CR) return AT.afterCr;
  const isLineEnd = last === LF && chunk.length - from >= 2 && chunk[chunk.length - 2] === CR;
  return isLineEnd ? AT.lineStart : AT.text;
}
