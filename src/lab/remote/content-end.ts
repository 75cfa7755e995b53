// Finds the lone dot that ends a message, however its octets are cut. Only what may be part of the end is kept from one
// piece to the next.

const END = Buffer.from('\r\n.\r\n');
const LINE_END = Buffer.from('\r\n');

export class ContentEnd {
  /** The last octets so far; a message begins as if after a line end. */
  #tail: Buffer = LINE_END;

  /** How many octets of the piece belong to the message, its last line end included, and where what follows begins. */
  find(piece: Buffer): { readonly contentOctets: number; readonly nextAt: number } | undefined {
    const tail = this.#tail;
    const seam = Buffer.concat([tail, piece.subarray(0, END.length - 1)]);
    const inSeam = seam.indexOf(END);
    const at = inSeam >= 0 ? inSeam - tail.length : piece.indexOf(END);
    if (at >= 0 || inSeam >= 0) return { contentOctets: at + LINE_END.length, nextAt: at + END.length };
    this.#tail =
      piece.length >= END.length - 1 ? piece.subarray(1 - END.length) : seam.subarray(1 - END.length);
    return undefined;
  }
}
