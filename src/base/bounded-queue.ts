// A queue between producers that wait when it is full and one consumer that waits when it is empty: back-pressure for
// streams that several readers fill. Ending it lets the consumer drain what is there; failing it reaches both sides.

export class BoundedQueue<T extends NonNullable<unknown>> implements AsyncIterable<T> {
  readonly #capacity: number;
  readonly #items: T[] = [];
  #wakeProducers: (() => void)[] = [];
  #wakeConsumer: (() => void) | undefined;
  #state:
    | { readonly kind: 'open' }
    | { readonly kind: 'ended' }
    | { readonly kind: 'failed'; readonly error: unknown } = {
    kind: 'open',
  };

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Resolves to false when nobody wants more: the queue was ended or failed meanwhile. */
  async push(item: T): Promise<boolean> {
    while (this.#state.kind === 'open' && this.#items.length >= this.#capacity) {
      await new Promise<void>((resolve) => this.#wakeProducers.push(resolve));
    }
    if (this.#state.kind !== 'open') return false;
    this.#items.push(item);
    this.#wakeConsumer?.();
    return true;
  }

  end(): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'ended' };
    this.#wakeEverybody();
  }

  fail(error: unknown): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'failed', error };
    this.#wakeEverybody();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      for (;;) {
        const item = this.#items.shift();
        if (item !== undefined) {
          this.#wake();
          yield item;
        } else if (this.#state.kind === 'failed') {
          throw this.#state.error;
        } else if (this.#state.kind === 'ended') {
          return;
        } else {
          await new Promise<void>((resolve) => (this.#wakeConsumer = resolve));
        }
      }
    } finally {
      this.end();
    }
  }

  #wake(): void {
    const producers = this.#wakeProducers;
    this.#wakeProducers = [];
    for (const wake of producers) wake();
  }

  #wakeEverybody(): void {
    this.#wake();
    this.#wakeConsumer?.();
  }
}
