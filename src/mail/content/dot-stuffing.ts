// RFC 1939 section 3, RFC 5321 section 4.5.2: a line that begins with a dot gets one more, and a line with a single dot
// ends the text. A message passes through here in chunks of any size; one with nothing to stuff passes as it is, uncopied.

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;
/** Looked at one by one before the search for the next: in a message of dot lines a call for each would cost more. */
const NEAR_OCTETS = 32;
const LINE_OF_DOT = Buffer.from('\n.');

export class DotStuffing {
  // the last two octets; before the first one we are at the start of a line
  #last = LF;
  #beforeLast = CR;

  /** The chunk itself where nothing had to be stuffed. */
  stuff(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return chunk;
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const dots = dotsToDouble(octets, this.#last === LF);
    this.#beforeLast = octets.length > 1 ? octets.readUInt8(octets.length - 2) : this.#last;
    this.#last = octets.readUInt8(octets.length - 1);
    return dots.length === 0 ? chunk : withDoubledDots(octets, dots);
  }

  /** What ends the text: the message's last CRLF, where it has none, and the line with the dot. */
  end(): string {
    return this.#last === LF && this.#beforeLast === CR ? '.\r\n' : '\r\n.\r\n';
  }
}

/** Where the dots are that begin a line. */
function dotsToDouble(octets: Buffer, isAtLineStart: boolean): readonly number[] {
  const found: number[] = isAtLineStart && octets[0] === DOT ? [0] : [];
  for (let at = nextLineOfDot(octets, 0); at >= 0; at = nextLineOfDot(octets, at + 1)) found.push(at + 1);
  return found;
}

/** Index of the LF. */
function nextLineOfDot(octets: Buffer, from: number): number {
  const near = Math.min(from + NEAR_OCTETS, octets.length - 1);
  for (let at = from; at < near; at += 1) if (octets[at] === LF && octets[at + 1] === DOT) return at;
  return near < octets.length - 1 ? octets.indexOf(LINE_OF_DOT, near) : -1;
}

function withDoubledDots(octets: Buffer, dots: readonly number[]): Uint8Array {
  const stuffed = Buffer.allocUnsafe(octets.length + dots.length);
  let copied = 0;
  let at = 0;
  for (const dot of dots) {
    at += octets.copy(stuffed, at, copied, dot + 1);
    copied = dot; // and the dot once more with what follows
  }
  octets.copy(stuffed, at, copied);
  return stuffed;
}
