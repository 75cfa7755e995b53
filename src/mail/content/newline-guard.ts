// Lines end in CRLF, and CR and LF occur in no other way (RFC 5321 section 2.3.8): a CR or LF alone, which other servers
// may take for the end of a line, is how mail is smuggled past them. Such a message is refused, or each of them is made
// CRLF. What is right passes without being copied, whatever other octets it has; and the last line is always whole.
import { Failure } from '../../base/failure.js';
import { bareNewlineIn, CR, LF } from './bare-newline.js';

export type BareNewlines = 'refuse' | 'normalise';

const CRLF = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);

export class NewlineGuard {
  readonly #policy: BareNewlines;
  /** What the octets so far end in. */
  #end: 'line' | 'cr' | 'text' = 'line';

  constructor(policy: BareNewlines) {
    this.#policy = policy;
  }

  feed(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk;
    const isAfterCr = this.#end === 'cr';
    const isSound = (!isAfterCr || chunk[0] === LF) && bareNewlineIn(chunk, isAfterCr ? 1 : 0) === -1;
    if (!isSound && this.#policy === 'refuse') throw bareNewline();
    const last = chunk[chunk.length - 1];
    this.#end = last === CR ? 'cr' : last === LF ? 'line' : 'text';
    return isSound ? chunk : normalised(chunk, isAfterCr);
  }

  /** What is missing for the last line to be one. */
  end(): Buffer {
    if (this.#end === 'line') return NOTHING;
    if (this.#end === 'text') return CRLF;
    if (this.#policy === 'refuse') throw bareNewline();
    return CRLF.subarray(1);
  }
}

/** The CR that came last, if it was one, is sent already: what follows makes it a whole line end. */
function normalised(chunk: Buffer, isAfterCr: boolean): Buffer {
  const text = Buffer.allocUnsafe(2 * chunk.length + 1);
  let length = 0;
  let isCrBefore = isAfterCr;
  for (const octet of chunk) {
    if (octet === LF && !isCrBefore) text[length++] = CR;
    else if (octet !== LF && isCrBefore) text[length++] = LF;
    text[length++] = octet;
    isCrBefore = octet === CR;
  }
  return text.subarray(0, length);
}

function bareNewline(): Failure {
  return new Failure('bare-newline', 'a CR or LF stands alone in the message');
}
