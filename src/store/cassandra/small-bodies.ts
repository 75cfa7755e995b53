// Reading small bodies. Those of one partition that are asked for in the same turn of the event loop (a client that
// pipelines, a session that reads ahead) come with one statement: on a ring a statement costs more than ten kilobytes do.
import type { Budget } from '../../base/budget.js';
import { nextTurn } from '../../base/turn.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import type { MailboxAddress, MessageEntry } from '../types.js';
import { bytesColumn, textColumn } from './columns.js';
import { parsePlace } from './mailbox-place.js';
import { smallBodies } from './mailbox-rows.js';
import type { ConsistencyLevel, Ring, Row } from './ring.js';

/** Of one statement; an answer is held in memory whole on both sides. */
const MOST_BODIES = 16;
const MOST_BYTES = 256 * 1024;

export interface Wanted {
  readonly address: MailboxAddress;
  readonly entry: Pick<MessageEntry, 'id' | 'place' | 'sizeBytes'>;
  readonly consistency: ConsistencyLevel;
}

type Found = ReadonlyMap<string, Row>;

/** What one statement will ask for. */
interface Group {
  readonly wanted: Wanted;
  readonly ids: Set<TimeUuid>;
  bytes: number;
  /** The shortest of those who ask. */
  budget: Budget;
  readonly found: Promise<Found>;
}

export class SmallBodies {
  readonly #ring: Ring;
  /** Not sent yet, by what they have in common. */
  readonly #gathering = new Map<string, Group>();

  constructor(ring: Ring) {
    this.#ring = ring;
  }

  /** Undefined: not where that level looked. */
  async read(wanted: Wanted, budget: Budget): Promise<Uint8Array | undefined> {
    budget.assertRemains('read a body');
    const { id } = wanted.entry;
    const found = await this.#join(wanted, budget).found;
    const row = found.get(id);
    return row === undefined ? undefined : bytesColumn(row, 'bytes');
  }

  #join(wanted: Wanted, budget: Budget): Group {
    const { address, entry, consistency } = wanted;
    const key = `${address.login}|${address.mailbox}|${entry.place}|${consistency}`; // no name holds a |
    let group = this.#gathering.get(key);
    if (group === undefined || group.ids.size >= MOST_BODIES || group.bytes + entry.sizeBytes > MOST_BYTES) {
      group = this.#begin(key, wanted, budget);
    }
    group.ids.add(entry.id);
    group.bytes += entry.sizeBytes;
    if (budget.remainingMs() < group.budget.remainingMs()) group.budget = budget;
    return group;
  }

  #begin(key: string, wanted: Wanted, budget: Budget): Group {
    const found = nextTurn().then(() => {
      if (this.#gathering.get(key) === group) this.#gathering.delete(key);
      return this.#send(group);
    });
    const group: Group = { wanted, ids: new Set(), bytes: 0, budget, found };
    this.#gathering.set(key, group);
    return group;
  }

  async #send({ wanted, ids, budget }: Group): Promise<Found> {
    const { address, entry, consistency } = wanted;
    const query = smallBodies(address, parsePlace(entry.place), [...ids]);
    const rows = await this.#ring.read({ name: 'mailboxes.read', query, consistency }, budget);
    return new Map(rows.map((row) => [textColumn(row, 'id'), row]));
  }
}
