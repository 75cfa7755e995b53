// Cuts what is to be removed into transactions by the work that each takes, since that is how long the other writers
// wait: a key for a message, and one for each chunk of its large body, which may go with it.
import { CHUNK_BYTES, type MessageEntry } from '../types.js';

/** Keys per transaction. A body of more is one transaction all the same. */
const MOST_KEYS = 500;

export function* removalPages(entries: readonly MessageEntry[]): Generator<readonly MessageEntry[]> {
  let page: MessageEntry[] = [];
  let keys = 0;
  for (const entry of entries) {
    const needed = keysOf(entry);
    if (page.length > 0 && keys + needed > MOST_KEYS) {
      yield page;
      page = [];
      keys = 0;
    }
    page.push(entry);
    keys += needed;
  }
  if (page.length > 0) yield page;
}

function keysOf({ largeBody, sizeBytes }: MessageEntry): number {
  return largeBody === undefined ? 1 : 1 + Math.ceil(sizeBytes / CHUNK_BYTES);
}
