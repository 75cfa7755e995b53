// Rings that a Cassandra store is betrayed by: between the store's parts and the driver, so that what is broken is what
// the store does with its statements.
import { Budget } from '../../src/base/budget.js';
import { systemClock } from '../../src/base/clock.js';
import type { Query, Ring, Value, WriteRequest } from '../../src/store/cassandra/ring.js';
import { outcomeOf } from './suite/reading.js';
import type { SuiteName } from './suite/suites.js';

export interface RingSabotage {
  /** What this store does wrong. */
  readonly title: string;
  /** Where at least one case has to notice. */
  readonly noticedBy: SuiteName;
  readonly wrap: (ring: Ring) => Ring;
}

/** Epochs stand above the lower 40 bits of a relay stamp. */
const COUNT_BITS = 40;
const AHEAD_MS = 10_000;

export const ringSabotages: readonly RingSabotage[] = [
  {
    title: 'writes its relay queue with stamps that know no epoch',
    noticedBy: 'succession in the relay queue',
    wrap: (ring) =>
      withWrites(ring, (request) => ({ ...request, queries: mapQueries(request, withoutEpoch) })),
  },
  {
    title: 'answers before its writes have arrived',
    noticedBy: 'faults in mail',
    wrap: (ring) => ({
      ...forwarded(ring),
      write: async (request, budget) => void outcomeOf(ring.write(request, budget)),
    }),
  },
  {
    title: 'reads what a lightweight transaction should decide and writes it without one',
    noticedBy: 'leases',
    wrap: (ring) => ({
      ...forwarded(ring),
      change: async (request, budget) => {
        const queries = mapQueries(request, withoutCondition);
        await ring.write({ name: request.name, queries, consistency: 'QUORUM', isIdempotent: false }, budget);
        return { isApplied: true, found: undefined };
      },
    }),
  },
  {
    title: 'takes no notice of the deadline',
    noticedBy: 'deadlines',
    wrap: (ring) => ({
      read: (request) => ring.read(request, ample()),
      pages: (request) => ring.pages(request, ample()),
      write: (request) => ring.write(request, ample()),
      change: (request) => ring.change(request, ample()),
      readSerial: (request) => ring.readSerial(request, ample()),
    }),
  },
  {
    title: 'writes mail with the time of a clock that is ahead, and not with that of its id',
    noticedBy: 'removal of messages',
    wrap: (ring) =>
      withWrites(ring, (request) =>
        request.name === 'mailboxes.deliver'
          ? { ...request, queries: mapQueries(request, withClockAhead) }
          : request,
      ),
  },
];

export function forwarded(ring: Ring): Ring {
  return {
    read: (request, budget) => ring.read(request, budget),
    pages: (request, budget) => ring.pages(request, budget),
    write: (request, budget) => ring.write(request, budget),
    change: (request, budget) => ring.change(request, budget),
    readSerial: (request, budget) => ring.readSerial(request, budget),
  };
}

function withWrites(ring: Ring, change: (request: WriteRequest) => WriteRequest): Ring {
  return { ...forwarded(ring), write: (request, budget) => ring.write(change(request), budget) };
}

function mapQueries(
  { queries }: Pick<WriteRequest, 'queries'>,
  change: (query: Query) => Query,
): WriteRequest['queries'] {
  const [first, ...others] = queries;
  return [change(first), ...others.map(change)];
}

/** Stamps are the only bigints among the values. */
function withoutEpoch(query: Query): Query {
  return { ...query, values: query.values.map(countOnly) };
}

function countOnly(value: Value): Value {
  return typeof value === 'bigint' ? BigInt.asUintN(COUNT_BITS, value) + 1n : value;
}

/** The values of a condition are the last ones of its statement. */
function withoutCondition({ cql, values }: Query): Query {
  const at = cql.indexOf(' IF ');
  if (at < 0) return { cql, values };
  const taken = cql.slice(0, at);
  return { cql: taken, values: values.slice(0, taken.split('?').length - 1) };
}

/** The timestamp is the last value of an insertion. */
function withClockAhead({ cql, values }: Query): Query {
  return { cql, values: [...values.slice(0, -1), (Date.now() + AHEAD_MS) * 1000] };
}

function ample(): Budget {
  return Budget.of(systemClock, 60_000);
}
