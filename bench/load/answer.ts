// An answer as its bytes come in, looked at just as far as is needed to know when it is whole: a load generator shares
// the machine with the server that it measures.

const DOT_LINE = '\r\n.\r\n';
const HEAD_BYTES = 1024;

export class Answer {
  /** The first bytes: a status line, or a whole short answer. */
  head = '';
  bytes = 0;
  /** How often a line with nothing but a dot has ended a text (RFC 1939 section 3). */
  dotLines = 0;
  #tail = '';

  take(chunk: Buffer): void {
    if (this.head.length < HEAD_BYTES) this.head += chunk.toString('latin1', 0, HEAD_BYTES);
    const edge = DOT_LINE.length - 1;
    const seam = this.#tail.slice(-edge) + chunk.toString('latin1', 0, edge);
    if (seam.includes(DOT_LINE)) this.dotLines += 1;
    let at = chunk.indexOf(DOT_LINE);
    while (at !== -1) {
      this.dotLines += 1;
      at = chunk.indexOf(DOT_LINE, at + edge);
    }
    this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - edge))).slice(-edge);
    this.bytes += chunk.length;
  }

  endsLine(): boolean {
    return this.#tail.endsWith('\r\n');
  }
}
