// What TOP sends (RFC 1939 section 7): the header, the empty line after it, and the first lines of the body. Fed with
// chunks; says when no further one is needed, so that a large body is not read to its end.

const LF = 0x0a;
const CR = 0x0d;

export class MessageTop {
  #isInHeader = true;
  #linesLeft: number;
  /** Since the line began nothing came, or nothing but a CR. */
  #isEmptyLine = true;

  constructor(bodyLines: number) {
    this.#linesLeft = bodyLines;
  }

  get isComplete(): boolean {
    return !this.#isInHeader && this.#linesLeft === 0;
  }

  /** What of this chunk belongs to the top. */
  cut(chunk: Uint8Array): Uint8Array {
    let at = 0;
    while (!this.isComplete) {
      const end = chunk.indexOf(LF, at);
      const stop = end < 0 ? chunk.length : end;
      if (stop - at > 1 || (stop - at === 1 && chunk[at] !== CR)) this.#isEmptyLine = false;
      if (end < 0) return chunk;
      this.#endLine();
      at = end + 1;
    }
    return chunk.subarray(0, at);
  }

  #endLine(): void {
    if (!this.#isInHeader) this.#linesLeft -= 1;
    else if (this.#isEmptyLine) this.#isInHeader = false;
    this.#isEmptyLine = true;
  }
}
