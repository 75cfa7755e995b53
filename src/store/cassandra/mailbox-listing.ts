// Listing a mailbox: one statement for the directory, one per partition and page, merged into ascending order of id.
// On the way, partitions of long past weeks that turned out to be empty are taken out of the directory.
import type { Budget } from '../../base/budget.js';
import type { Clock } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import { timeOfIdMicros, type TimeUuid } from '../../base/time-uuid.js';
import type { MailboxAddress, MessageEntry } from '../types.js';
import type { Levels } from './consistency.js';
import { periodOf } from './mailbox-parts.js';
import { placeText } from './mailbox-place.js';
import { anyMessage, entryOf, listing } from './mailbox-rows.js';
import { mergePages, type PagedList } from './merge-pages.js';
import type { DirectoryRow, PartDirectory } from './part-directory.js';
import type { Query, Ring } from './ring.js';

export interface MailboxListingOptions {
  readonly ring: Ring;
  readonly levels: Pick<Levels, 'list'>;
  readonly directory: PartDirectory;
  readonly clock: Clock;
  readonly log: Log;
}

const ENTRIES_PER_PAGE = 1000;
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
    for (const row of emptied) await this.#closeIfOver(address, row, budget);
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
      pageSize: ENTRIES_PER_PAGE,
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

  /** Closing is tidiness: what prevents it today is a line in the log, not a failure of the listing. */
  async #closeIfOver(address: MailboxAddress, row: DirectoryRow, budget: Budget): Promise<void> {
    const { ring, directory, clock, log } = this.#options;
    if (!directory.isClosable(row, clock.wallMs())) return;
    try {
      const query = anyMessage(address, row);
      const left = await ring.read({ name: 'mailboxes.confirmEmpty', query, consistency: 'ALL' }, budget);
      if (left.length === 0) await directory.close(address, row, budget);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      log.write('mailbox.part-kept', { ...address, place: placeText(row), reason: error.code });
    }
  }
}
