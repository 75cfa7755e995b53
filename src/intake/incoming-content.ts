// What a sender sends, one piece after the other, and whether all of it has come: whoever sends listens to no answer
// before the end, so what is of no use any more is read all the same.

export class IncomingContent implements AsyncIterator<Uint8Array> {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #isOver = false;

  constructor(content: AsyncIterable<Uint8Array>) {
    this.#pieces = content[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    try {
      const next = await this.#pieces.next();
      this.#isOver = next.done === true;
      return next;
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
  }

  /** Reads what is left, since no answer is heard before it. What is wrong with the content itself comes first. */
  async failureWhileDraining(failure: unknown): Promise<unknown> {
    try {
      while (!this.#isOver) await this.next();
      return failure;
    } catch (error) {
      return error;
    }
  }
}
