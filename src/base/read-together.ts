// Several readers over a list of sources, their pages in one stream: in order within a source, in no order between
// sources. The readers run ahead of the consumer by a bounded number of pages and stop when it stops; the first failure
// ends all of it.
import { BoundedQueue } from './bounded-queue.js';

export interface ReadTogetherOptions {
  readonly readers: number;
  /** Pages that may be read and not yet looked at. */
  readonly ahead: number;
}

export async function* readTogether<Source, Page extends NonNullable<unknown>>(
  sources: readonly Source[],
  pagesOf: (source: Source) => AsyncIterable<Page>,
  { readers, ahead }: ReadTogetherOptions,
): AsyncGenerator<Page> {
  const queue = new BoundedQueue<Page>(ahead);
  const waiting = sources.values(); // shared: each source goes to the reader that is free first
  const read = async (): Promise<void> => {
    for (const source of waiting) {
      for await (const page of pagesOf(source)) if (!(await queue.push(page))) return;
    }
  };
  const finished = Promise.all(Array.from({ length: readers }, read)).then(
    () => queue.end(),
    (error: unknown) => queue.fail(error),
  );
  try {
    yield* queue;
  } finally {
    queue.end();
    await finished;
  }
}
