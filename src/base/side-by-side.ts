// Doing many things at once, but not too many: how the stores serve a thousand recipients of one message, or the chunks
// of a body, without a thousand requests in flight.

/**
 * Runs `task` for each item, at most `width` at a time. After a failure nothing new is begun; the first one is thrown
 * when everything begun has ended.
 */
export async function sideBySide<Item>(
  items: Iterable<Item>,
  width: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (let next = rest.next(); failure === undefined && next.done !== true; next = rest.next()) {
      try {
        await task(next.value);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  if (failure !== undefined) throw failure.error;
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
