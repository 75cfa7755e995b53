// Leases of relay queues. Every write is a lightweight transaction on (owner, epoch, heartbeat): whoever's knowledge of
// the lease is out of date changes nothing. Reads are plain and at QUORUM: a write of which the caller has heard
// *applied* (or which a SERIAL look found applied) was committed on a quorum before, so every such read that begins
// later sees it. That is what the rule that makes a 250 safe needs, and it costs a third of a SERIAL read.
import type { Budget } from '../../base/budget.js';
import type { Timers } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Random } from '../../base/random.js';
import type { LeaseStore } from '../api/queue.js';
import type { Lease, QueueId } from '../types.js';
import { numberColumn, textColumn } from './columns.js';
import { ConditionalWriter, type Standing } from './conditional-write.js';
import type { ControlLevels } from './consistency.js';
import type { Query, Ring, Row, Value } from './ring.js';

/** What the condition of a write is about, and nothing else of the lease. */
type Hold = Pick<Lease, 'owner' | 'epoch' | 'heartbeat'>;

interface LeaseChange {
  readonly name: string;
  readonly query: Query;
  readonly queue: QueueId;
  /** Undefined stands for no lease, here and after the change. */
  readonly before: Hold | undefined;
  readonly after: Hold | undefined;
}

export interface LeaseParts {
  readonly ring: Ring;
  readonly levels: ControlLevels;
  readonly timers: Timers;
  readonly random: Random;
}

const SELECTION = 'SELECT qid, owner, owner_url, epoch, heartbeat, lowest_live_slice FROM relay_lease';
const CONDITION = 'IF owner = ? AND epoch = ? AND heartbeat = ?';

export class CassandraLeases implements LeaseStore {
  readonly #ring: Ring;
  readonly #levels: ControlLevels;
  readonly #writer: ConditionalWriter;

  constructor(parts: LeaseParts) {
    this.#ring = parts.ring;
    this.#levels = parts.levels;
    this.#writer = new ConditionalWriter(parts);
  }

  async create(queue: QueueId, owner: string, ownerUrl: string, budget: Budget): Promise<Lease> {
    const lease = { queue, owner, ownerUrl, epoch: 1, heartbeat: 0, lowestLiveSlice: 0 };
    const query = {
      cql: 'INSERT INTO relay_lease (qid, owner, owner_url, epoch, heartbeat, lowest_live_slice) VALUES (?, ?, ?, ?, ?, ?) IF NOT EXISTS',
      values: [queue, owner, ownerUrl, lease.epoch, lease.heartbeat, lease.lowestLiveSlice],
    };
    const change = { name: 'leases.create', query, queue, before: undefined, after: lease };
    if (await this.#isApplied(change, budget)) return lease;
    const found = await this.current(queue, budget);
    if (isSameHold(found, lease)) return lease; // an earlier call, whose outcome its caller did not hear
    throw new Failure('lease-lost', `queue ${queue} has a lease already; a queue is never made twice`);
  }

  async renew(lease: Lease, lowestLiveSlice: number, budget: Budget): Promise<Lease | 'lost'> {
    const renewed = { ...lease, lowestLiveSlice, heartbeat: lease.heartbeat + 1 };
    const query = {
      cql: `UPDATE relay_lease SET heartbeat = ?, lowest_live_slice = ? WHERE qid = ? ${CONDITION}`,
      values: [renewed.heartbeat, lowestLiveSlice, lease.queue, ...conditionValues(lease)],
    };
    const change = { name: 'leases.renew', query, queue: lease.queue, before: lease, after: renewed };
    return (await this.#isApplied(change, budget)) ? renewed : 'lost';
  }

  async takeOver(seen: Lease, owner: string, ownerUrl: string, budget: Budget): Promise<Lease | 'lost'> {
    const taken = { ...seen, owner, ownerUrl, epoch: seen.epoch + 1, lowestLiveSlice: 0 };
    const query = {
      cql: `UPDATE relay_lease SET owner = ?, owner_url = ?, epoch = ?, lowest_live_slice = ? WHERE qid = ? ${CONDITION}`,
      values: [owner, ownerUrl, taken.epoch, taken.lowestLiveSlice, seen.queue, ...conditionValues(seen)],
    };
    const change = { name: 'leases.take-over', query, queue: seen.queue, before: seen, after: taken };
    return (await this.#isApplied(change, budget)) ? taken : 'lost';
  }

  async end(lease: Lease, budget: Budget): Promise<'ended' | 'lost'> {
    const query = {
      cql: `DELETE FROM relay_lease WHERE qid = ? ${CONDITION}`,
      values: [lease.queue, ...conditionValues(lease)],
    };
    const change = { name: 'leases.end', query, queue: lease.queue, before: lease, after: undefined };
    return (await this.#isApplied(change, budget)) ? 'ended' : 'lost';
  }

  async current(queue: QueueId, budget: Budget): Promise<Lease | undefined> {
    const query = { cql: `${SELECTION} WHERE qid = ?`, values: [queue] };
    const [row] = await this.#ring.read(
      { name: 'leases.current', query, consistency: this.#levels.controlRead },
      budget,
    );
    return row === undefined ? undefined : leaseOf(row);
  }

  async list(budget: Budget): Promise<readonly Lease[]> {
    const query = { cql: SELECTION, values: [] };
    const rows = await this.#ring.read(
      { name: 'leases.list', query, consistency: this.#levels.controlRead },
      budget,
    );
    return rows.map(leaseOf);
  }

  async #isApplied({ name, query, queue, before, after }: LeaseChange, budget: Budget): Promise<boolean> {
    const look = { cql: 'SELECT owner, epoch, heartbeat FROM relay_lease WHERE qid = ?', values: [queue] };
    const judge = (row: Row | undefined): Standing => {
      const found = row === undefined ? undefined : holdOf(row);
      if (isSameHold(found, after)) return 'ours';
      return isSameHold(found, before) ? 'before' : 'other';
    };
    const request = { name, queries: [query] } as const;
    const outcome = await this.#writer.write(
      { request, look: { name: 'leases.look', query: look }, judge },
      budget,
    );
    return outcome === 'applied';
  }
}

function conditionValues({ owner, epoch, heartbeat }: Hold): readonly Value[] {
  return [owner, epoch, heartbeat];
}

function isSameHold(a: Hold | undefined, b: Hold | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.owner === b.owner && a.epoch === b.epoch && a.heartbeat === b.heartbeat;
}

function holdOf(row: Row): Hold {
  return {
    owner: textColumn(row, 'owner'),
    epoch: numberColumn(row, 'epoch'),
    heartbeat: numberColumn(row, 'heartbeat'),
  };
}

function leaseOf(row: Row): Lease {
  return {
    queue: textColumn(row, 'qid') as QueueId, // only queue ids are ever written
    ...holdOf(row),
    ownerUrl: textColumn(row, 'owner_url'),
    lowestLiveSlice: numberColumn(row, 'lowest_live_slice'),
  };
}
