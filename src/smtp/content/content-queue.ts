// What lies between the socket, which pushes pieces of a message as they come, and the intake, which reads them: bounded
// in octets, so that the sender waits when storing is slow. Pushing never waits (BoundedQueue's does): most messages
// arrive in one piece, and a promise for each would cost more than everything else here.

export class ContentQueue implements AsyncIterable<Uint8Array> {
  readonly #capacityBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;
  #state: { readonly kind: 'open' | 'ended' } | { readonly kind: 'failed'; readonly error: unknown } = {
    kind: 'open',
  };
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
  }

  /** Dropped when nobody wants more: the queue was ended or failed. */
  push(piece: Uint8Array): void {
    if (this.#state.kind !== 'open' || piece.length === 0) return;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    this.#wake();
  }

  /** When there is room for more; undefined: there is. Also when nobody reads any longer. */
  room(): Promise<void> | undefined {
    if (this.#state.kind !== 'open' || this.#bytes < this.#capacityBytes) return undefined;
    return new Promise((resolve) => (this.#wakeWriter = resolve));
  }

  end(): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'ended' };
    this.#wake();
  }

  /** What was pushed and not read yet is dropped. */
  fail(error: unknown): void {
    if (this.#state.kind !== 'open') return;
    this.#state = { kind: 'failed', error };
    this.#pieces.length = 0;
    this.#wake();
    this.#makeRoom();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next(), return: () => this.#abandon() };
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        this.#bytes -= piece.length;
        this.#makeRoom();
        return { done: false, value: piece };
      }
      if (this.#state.kind === 'failed') throw this.#state.error;
      if (this.#state.kind === 'ended') return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    }
  }

  /** The reader has had enough: the rest is dropped as it comes. */
  #abandon(): Promise<IteratorResult<Uint8Array>> {
    this.#state = { kind: 'ended' };
    this.#pieces.length = 0;
    this.#makeRoom();
    return Promise.resolve({ done: true, value: undefined });
  }

  #wake(): void {
    this.#wakeReader?.();
    this.#wakeReader = undefined;
  }

  #makeRoom(): void {
    if (this.#state.kind === 'open' && this.#bytes >= this.#capacityBytes) return;
    this.#wakeWriter?.();
    this.#wakeWriter = undefined;
  }
}
