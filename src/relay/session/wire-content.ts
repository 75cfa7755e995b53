// A stored message as it goes over the wire: CR and LF occur as CRLF only, whatever was stored (RFC 5321 section 2.3.8:
// mail that was taken in with bare ones must not smuggle anything past the next server), the last line is whole, lines
// that begin with a dot have one more, and a lone dot ends it (section 4.5.2).
import { DotStuffing } from '../../mail/content/dot-stuffing.js';
import { NewlineGuard } from '../../mail/content/newline-guard.js';

const END = Buffer.from('.\r\n');

export class WireContent {
  readonly #newlines = new NewlineGuard('normalise');
  readonly #dots = new DotStuffing();

  feed(chunk: Uint8Array): Uint8Array {
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    return this.#dots.stuff(this.#newlines.feed(octets));
  }

  /** What is missing of the last line, and the final dot. Nothing of it before the message may be finished. */
  end(): Uint8Array {
    return Buffer.concat([this.#newlines.end(), END]);
  }
}

/** All of a small message in one piece, its final dot included. */
export function wireOctets(message: Uint8Array): Uint8Array {
  const content = new WireContent();
  return Buffer.concat([content.feed(message), content.end()]);
}
