// Mailboxes on the ring. Delivering and listing have files of their own; reading and removing are here. A message is
// removed by its exact id, so mail that arrived meanwhile is never touched, and with a time beyond anything that a late
// retry or hint of its delivery can carry.
import type { Budget } from '../../base/budget.js';
import type { Clock, Timers } from '../../base/clock.js';
import { Failure, failureOf } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import type { Random } from '../../base/random.js';
import { sideBySide } from '../../base/side-by-side.js';
import type { BodyStore } from '../api/bodies.js';
import type { ListOptions, MailboxStore, Removal } from '../api/mailboxes.js';
import type { Delivery, HeldBody, MailboxAddress, MessageBody, MessageEntry } from '../types.js';
import type { TrustedClock } from './clock-guard.js';
import type { Levels } from './consistency.js';
import { MailboxDelivery } from './mailbox-delivery.js';
import { MailboxListing } from './mailbox-listing.js';
import { MailboxParts, type MailboxPartLimits } from './mailbox-parts.js';
import { parsePlace, type Place } from './mailbox-place.js';
import { deletion } from './mailbox-rows.js';
import { PartCloser } from './part-closer.js';
import { PartDirectory } from './part-directory.js';
import { readPatiently } from './patient-read.js';
import { SmallBodies } from './small-bodies.js';
import type { Ring } from './ring.js';
import { removalMicros } from './write-stamps.js';

export interface MailboxesOptions {
  readonly ring: Ring;
  readonly levels: Levels;
  readonly bodies: BodyStore;
  readonly clock: Clock;
  readonly trustedClock: TrustedClock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** Other than the usual ones: for tests. */
  readonly partLimits?: MailboxPartLimits;
}

/** In one mutation: far below what a commit log takes, far above what a POP3 session usually deletes. */
const ROWS_PER_REMOVAL = 100;
const REMOVALS_AT_ONCE = 8;
const RELEASES_AT_ONCE = 8;

export class CassandraMailboxes implements MailboxStore {
  readonly #ring: Ring;
  readonly #levels: Levels;
  readonly #bodies: BodyStore;
  readonly #clock: Clock;
  readonly #delivery: MailboxDelivery;
  readonly #listing: MailboxListing;
  readonly #smallBodies: SmallBodies;

  constructor(options: MailboxesOptions) {
    const { ring, levels, bodies, clock, trustedClock, timers, log } = options;
    this.#ring = ring;
    this.#levels = levels;
    this.#bodies = bodies;
    this.#clock = clock;
    const directory = new PartDirectory({ ring, levels, trustedClock, timers });
    const parts = new MailboxParts(options.random, options.partLimits);
    this.#delivery = new MailboxDelivery({ ...options, directory, parts });
    const closer = new PartCloser({ ring, directory, clock, log });
    this.#smallBodies = new SmallBodies(ring);
    this.#listing = new MailboxListing({ ring, levels, directory, closer });
  }

  deliver(delivery: Delivery, budget: Budget): Promise<void> {
    return this.#delivery.deliver(delivery, budget);
  }

  takeBack(delivery: Delivery, budget: Budget): Promise<void> {
    return this.#delivery.takeBack(delivery, budget);
  }

  list(
    address: MailboxAddress,
    budget: Budget,
    options: ListOptions = {},
  ): AsyncIterable<readonly MessageEntry[]> {
    return this.#listing.list(address, options.after, budget);
  }

  async read(address: MailboxAddress, entry: MessageEntry, budget: Budget): Promise<MessageBody> {
    const large = largeBodyOf(entry);
    if (large !== undefined) return { kind: 'large', chunks: this.#bodies.read(large, budget) };
    const bytes = await readPatiently(this.#levels, (level) =>
      this.#smallBodies.read({ address, entry, consistency: level }, budget),
    );
    if (bytes === undefined) throw new Failure('body-missing', `no replica has the body of ${entry.id}`);
    return { kind: 'small', bytes };
  }

  async remove(address: MailboxAddress, entries: readonly MessageEntry[], budget: Budget): Promise<Removal> {
    const left: MessageEntry[] = [];
    let cause: Failure | undefined;
    const attempt = async (concerned: readonly MessageEntry[], removal: Promise<void>): Promise<boolean> => {
      try {
        await removal;
        return true;
      } catch (error) {
        cause ??= failureOf(error);
        left.push(...concerned);
        return false;
      }
    };
    await sideBySide(batchesOf(entries), REMOVALS_AT_ONCE, async (batch) => {
      if (!(await attempt(batch.entries, this.#removeRows(address, batch, budget)))) return;
      await sideBySide(batch.entries, RELEASES_AT_ONCE, async (entry) => {
        await attempt([entry], this.#release(address, entry, budget));
      });
    });
    return cause === undefined ? { left } : { left, cause };
  }

  #removeRows(address: MailboxAddress, batch: Batch, budget: Budget): Promise<void> {
    const nowMs = this.#clock.wallMs();
    const micros = batch.entries.reduce((latest, { id }) => Math.max(latest, removalMicros(id, nowMs)), 0);
    return this.#ring.write(
      {
        name: 'mailboxes.remove',
        queries: deletion(address, batch.place, batch.entries, micros),
        consistency: this.#levels.remove,
        isIdempotent: true,
      },
      budget,
    );
  }

  async #release(address: MailboxAddress, entry: MessageEntry, budget: Budget): Promise<void> {
    const large = largeBodyOf(entry);
    if (large === undefined) return;
    await this.#bodies.release(large, [{ kind: 'mailbox', address, message: entry.id }], budget);
  }
}

/** Entries of one partition, to go in one mutation. */
interface Batch {
  readonly place: Place;
  readonly entries: readonly MessageEntry[];
}

function* batchesOf(entries: readonly MessageEntry[]): Generator<Batch> {
  const places = new Map<string, MessageEntry[]>();
  for (const entry of entries) {
    const inPlace = places.get(entry.place);
    if (inPlace === undefined) places.set(entry.place, [entry]);
    else inPlace.push(entry);
  }
  for (const [text, inPlace] of places) {
    const place = parsePlace(text);
    for (let at = 0; at < inPlace.length; at += ROWS_PER_REMOVAL) {
      yield { place, entries: inPlace.slice(at, at + ROWS_PER_REMOVAL) };
    }
  }
}

function largeBodyOf({ largeBody, sizeBytes }: MessageEntry): HeldBody | undefined {
  if (largeBody === undefined) return undefined;
  return { kind: 'large', id: largeBody, sizeBytes } as HeldBody; // only held bodies are ever listed
}
