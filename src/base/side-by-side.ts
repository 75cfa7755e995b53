// Doing many things at once, but not too many: how the stores serve a thousand recipients of one message, or the chunks
// of a body, without a thousand requests in flight.

/**
 * Runs `task` for each item, at most `width` at a time; an item is not asked for before there is room for it, which is
 * the back-pressure on a stream. After a failure, of a task or of the items' source, nothing new is begun; the first one
 * is thrown when everything begun has ended.
 */
export async function sideBySide<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    try {
      for (;;) {
        const next = await rest.next();
        if (next.done === true || failure !== undefined) return;
        await task(next.value);
      }
    } catch (error) {
      failure ??= { error };
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  if (failure === undefined) return;
  await rest.return?.();
  throw failure.error;
}

/** The results of `fetch` in the items' order, while the following ones are fetched already: `width` in all. */
export async function* readAhead<Item, Result>(
  items: Iterable<Item>,
  width: number,
  fetch: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const fetching: Promise<Result>[] = [];
  for (const item of items) {
    const result = fetch(item);
    result.catch(() => undefined); // whoever awaits it hears of it; nobody does once the reader has gone
    fetching.push(result);
    if (fetching.length < width) continue;
    const first = fetching.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of fetching) yield await result;
}
