// Listing a mailbox: one statement for the directory, one per partition and page, merged into ascending order of id.
// Partitions that turned out to be empty are left to the part closer, and nobody waits for that.
import type { Budget } from '../../base/budget.js';
import { timeOfIdMicros, type TimeUuid } from '../../base/time-uuid.js';
import type { MailboxAddress, MessageEntry } from '../types.js';
import type { Levels } from './consistency.js';
import { periodOf } from './mailbox-parts.js';
import { placeText } from './mailbox-place.js';
import { entryOf, listing } from './mailbox-rows.js';
import { mergePages, type PagedList } from './merge-pages.js';
import type { PartCloser } from './part-closer.js';
import type { DirectoryRow, PartDirectory } from './part-directory.js';
import type { Query, Ring } from './ring.js';

export interface MailboxListingOptions {
  readonly ring: Ring;
  readonly levels: Pick<Levels, 'list'>;
  readonly directory: PartDirectory;
  readonly closer: PartCloser;
}

const ENTRIES_PER_PAGE = 1000;
/** More than a process puts into a part (mailbox-parts.ts): after a page that is just full a further one is asked for. */
const ROWS_PER_PAGE = 2000;
/** Partitions whose first page is fetched before the listing gets there. */
const PARTS_AHEAD = 8;

export class MailboxListing {
  readonly #options: MailboxListingOptions;

  constructor(options: MailboxListingOptions) {
    this.#options = options;
  }

  async *list(
    address: MailboxAddress,
    after: TimeUuid | undefined,
    budget: Budget,
  ): AsyncGenerator<readonly MessageEntry[], void, undefined> {
    const oldestPeriod = after === undefined ? 0 : periodOf(timeOfIdMicros(after));
    const rows = await this.#options.directory.read(address, budget);
    const emptied = new Set(after === undefined ? rows : []);
    const lists = rows
      .filter((row) => row.period >= oldestPeriod)
      .map((row) => this.#partList(row, listing(address, row, after), emptied, budget));
    yield* mergePages(lists, { pageSize: ENTRIES_PER_PAGE, ahead: PARTS_AHEAD });
    this.#options.closer.closeOld(address, emptied);
  }

  #partList(
    row: DirectoryRow,
    query: Query,
    emptied: Set<DirectoryRow>,
    budget: Budget,
  ): PagedList<MessageEntry> {
    const { ring, levels } = this.#options;
    const request = {
      name: 'mailboxes.list',
      query,
      consistency: levels.list,
      pageSize: ROWS_PER_PAGE,
    };
    const place = placeText(row);
    async function* open(): AsyncGenerator<readonly MessageEntry[]> {
      for await (const page of ring.pages(request, budget)) {
        if (page.length > 0) emptied.delete(row);
        yield page.map((message) => entryOf(message, place));
      }
    }
    return { fromMs: row.fromMs, open };
  }
}
