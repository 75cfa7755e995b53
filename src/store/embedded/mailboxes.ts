// Messages in mailboxes: a row per message in the order of listing, and the small bodies apart from the rows, so that
// listing does not touch them. A delivery is one transaction over all its mailboxes; a removal is one per page of
// entries and lets go of their large bodies with them.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import { assertStorable } from '../api/id-age.js';
import type { ListOptions, MailboxStore, Removal } from '../api/mailboxes.js';
import type { Delivery, MailboxAddress, MessageBody, MessageEntry } from '../types.js';
import type { EmbeddedBodies } from './bodies.js';
import type { Environment } from './environment.js';
import { after, bodyKey, mailboxKey, messageKey, rangeOf, readId } from './keys.js';
import { decodeMessageRow, encodeMessageRow } from './message-row.js';
import { pages } from './paging.js';
import type { Table } from './table.js';
import { removalPages } from './removal-pages.js';
import { isTombstone, type Tombstones } from './tombstones.js';

const LIST_PAGE = 1000;

export interface MailboxTables {
  readonly rows: Table;
  readonly smallBodies: Table;
}

export interface EmbeddedMailboxesOptions {
  readonly environment: Environment;
  readonly tables: MailboxTables;
  readonly tombstones: Tombstones;
  readonly largeBodies: EmbeddedBodies;
}

export class EmbeddedMailboxes implements MailboxStore {
  readonly #environment: Environment;
  readonly #tables: MailboxTables;
  readonly #tombstones: Tombstones;
  readonly #largeBodies: EmbeddedBodies;

  constructor({ environment, tables, tombstones, largeBodies }: EmbeddedMailboxesOptions) {
    this.#environment = environment;
    this.#tables = tables;
    this.#tombstones = tombstones;
    this.#largeBodies = largeBodies;
  }

  async deliver({ id, body, to }: Delivery, budget: Budget): Promise<void> {
    assertStorable(id, this.#environment.clock.wallMs());
    const row = encodeMessageRow(body);
    const mailboxes = to.map(mailboxKey);
    await this.#environment.write('mailboxes.deliver', budget, () => {
      for (const mailbox of mailboxes) {
        const key = messageKey(mailbox, id);
        if (this.#tables.rows.has(key)) continue; // delivered before, or removed since
        this.#tables.rows.put(key, row);
        if (body.kind === 'small') this.#tables.smallBodies.put(bodyKey(mailbox, id), body.bytes);
      }
    });
  }

  async takeBack({ id, body, to }: Delivery, budget: Budget): Promise<void> {
    const largeBody = body.kind === 'large' ? { largeBody: body.id } : {};
    await this.#environment.write('mailboxes.take-back', budget, () => {
      for (const address of to) this.#remove(address, { id, ...largeBody });
      this.#tombstones.sweep(to.length);
    });
  }

  list(
    address: MailboxAddress,
    budget: Budget,
    options?: ListOptions,
  ): AsyncIterable<readonly MessageEntry[]> {
    const mailbox = mailboxKey(address);
    const whole = rangeOf(mailbox);
    const walk = {
      statement: 'mailboxes.list',
      table: this.#tables.rows,
      range: options?.after === undefined ? whole : after(messageKey(mailbox, options.after), whole),
      pageSize: LIST_PAGE,
      read: ({ key, value }: { key: Uint8Array; value: Uint8Array }) =>
        isTombstone(value) ? undefined : decodeMessageRow(readId(key, mailbox.length), value),
    };
    return pages(this.#environment, walk, budget);
  }

  async read(address: MailboxAddress, entry: MessageEntry, budget: Budget): Promise<MessageBody> {
    const mailbox = mailboxKey(address);
    return this.#environment.read('mailboxes.read', budget, () => {
      const row = this.#tables.rows.get(messageKey(mailbox, entry.id));
      if (row === undefined || isTombstone(row)) throw missing(entry.id);
      const { largeBody, sizeBytes } = decodeMessageRow(entry.id, row);
      if (largeBody !== undefined) {
        return {
          kind: 'large',
          chunks: this.#largeBodies.read({ kind: 'large', id: largeBody, sizeBytes }, budget),
        };
      }
      const bytes = this.#tables.smallBodies.get(bodyKey(mailbox, entry.id));
      if (bytes === undefined) throw missing(entry.id);
      return { kind: 'small', bytes };
    });
  }

  async remove(address: MailboxAddress, entries: readonly MessageEntry[], budget: Budget): Promise<Removal> {
    const left: MessageEntry[] = [];
    let cause: unknown;
    for (const page of removalPages(entries)) {
      try {
        await this.#removePage(address, page, budget);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        cause ??= error;
        left.push(...page);
      }
    }
    return cause === undefined ? { left } : { left, cause };
  }

  #removePage(address: MailboxAddress, page: readonly MessageEntry[], budget: Budget): Promise<void> {
    return this.#environment.write('mailboxes.remove', budget, () => {
      for (const entry of page) this.#remove(address, entry);
      this.#tombstones.sweep(page.length);
    });
  }

  /** Part of a transaction. */
  #remove(address: MailboxAddress, { id, largeBody }: Pick<MessageEntry, 'id' | 'largeBody'>): void {
    const mailbox = mailboxKey(address);
    this.#tombstones.put(mailbox, id);
    if (largeBody === undefined) this.#tables.smallBodies.remove(bodyKey(mailbox, id));
    else this.#largeBodies.letGo(largeBody, [{ kind: 'mailbox', address, message: id }]);
  }
}

function missing(id: TimeUuid): Failure {
  return new Failure('body-missing', `message ${id} is not there`);
}
