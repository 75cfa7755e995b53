// The Cassandra store on a real one-node ring against bare cassandra-driver calls in the same run. The load, the store
// and the ring share one machine.
import { startTestRing, type TestRing } from '../../src/lab/ring/test-ring.js';
import { openCassandraStore } from '../../src/store/cassandra/cassandra-store.js';
import type { Store } from '../../src/store/api/store.js';
import type { Row } from '../report.js';
import { ratePerSecond, spread, takeTurns } from '../rounds.js';
import { budget, largeDeliveries, smallDeliveries } from './deliveries.js';
import { compared, type Effort } from './effort.js';
import { bytesOf, ids, KIB, MIB, pieces } from './payload.js';
import { GROUP, QueueFiller, queueItem } from './queue-work.js';
import { surroundings } from './quiet-surroundings.js';
import { RawRing } from './raw-cassandra.js';

export type CommitLog = 'group' | 'periodic';

const KEYSPACE = 'bench';
const IN_FLIGHT = 256;
const CHUNK_BYTES = 128 * KIB;
const CHUNKS_PER_SEGMENT = 32;
const QUEUED = 500_000;
const HEAP_MIB = 1536;

function note(line: string): void {
  process.stderr.write(`ring: ${line}\n`);
}

interface Bench {
  readonly store: Store;
  readonly raw: RawRing;
  readonly effort: Effort;
  readonly commitLog: CommitLog;
}

export async function benchCassandra(effort: Effort, commitLog: CommitLog): Promise<readonly Row[]> {
  const ring = await startTestRing({ nodes: 1, heapMiB: HEAP_MIB, commitlog: commitLog, note });
  try {
    const store = await openStore(ring);
    const raw = new RawRing({ ...ring, keyspace: KEYSPACE });
    await raw.connect();
    const bench = { store, raw, effort, commitLog };
    const rows = [
      await smallRow(bench),
      await largeRow(bench),
      await chunkRow(bench),
      await appendRow(bench),
      await recoveryRow(bench),
    ];
    await raw.close();
    await store.close();
    return rows;
  } finally {
    await ring.stop();
  }
}

function openStore(ring: TestRing): Promise<Store> {
  const settings = {
    contactPoints: ring.contactPoints,
    port: ring.port,
    localDataCenter: ring.localDataCenter,
    keyspace: KEYSPACE,
    replicationFactor: 1,
    consistency: { write: 'LOCAL_QUORUM', read: 'LOCAL_QUORUM', overrides: {} },
    inFlight: IN_FLIGHT,
    waiting: 4 * IN_FLIGHT,
    requestTimeoutMs: 12_000,
  } as const;
  return openCassandraStore(settings, surroundings);
}

async function smallRow({ store, raw, effort, commitLog }: Bench): Promise<Row> {
  const load = { count: 10_000 * effort.scale, inFlight: IN_FLIGHT, sizeBytes: KIB };
  const bytes = bytesOf(load.sizeBytes);
  const puts = {
    name: 'raw',
    run: () =>
      ratePerSecond(load.count, load.inFlight, (index) =>
        raw.deliver(`user${index % 700}@example.com`, bytes),
      ),
  };
  return {
    name: 'one ring node: deliveries of 1 KB',
    unit: 'messages/s',
    ...compared(await takeTurns([smallDeliveries(store, load), puts], effort.rounds)),
    targets: [{ kind: 'ratio at least', value: 0.8 }],
    conditions: `RF 1, LOCAL_QUORUM, commit log ${commitLog}, ${IN_FLIGHT} in flight; raw: the same batch of index row and body`,
  };
}

async function chunkRow({ store, raw, effort, commitLog }: Bench): Promise<Row> {
  const messageBytes = 4 * MIB;
  const messages = 12 * effort.scale;
  const inFlight = 4;
  const body = bytesOf(messageBytes);
  const chunk = bytesOf(CHUNK_BYTES);
  const chunksPerMessage = messageBytes / CHUNK_BYTES;
  const ours = {
    name: 'store',
    run: async () =>
      chunksPerMessage *
      (await ratePerSecond(messages, inFlight, () => store.bodies.write(ids.next(), pieces(body), budget()))),
  };
  const puts = {
    name: 'raw',
    run: async () => {
      const bodies = Array.from({ length: messages }, () => ids.next());
      return ratePerSecond(messages * chunksPerMessage, 16, (index) => {
        const n = index % chunksPerMessage;
        return raw.writeChunk(
          bodies[Math.floor(index / chunksPerMessage)] ?? '',
          n,
          chunk,
          CHUNKS_PER_SEGMENT,
        );
      });
    },
  };
  return {
    name: 'one ring node: chunks of 128 KiB',
    unit: 'chunks/s',
    ...compared(await takeTurns([ours, puts], effort.rounds)),
    targets: [{ kind: 'ratio at least', value: 0.8 }],
    conditions: `RF 1, LOCAL_QUORUM, commit log ${commitLog}, ${inFlight} bodies of 4 MiB at a time, streamed in pieces of 64 KiB; raw: 16 chunks in flight`,
  };
}

async function largeRow({ store, effort, commitLog }: Bench): Promise<Row> {
  const load = { count: 40 * effort.scale, inFlight: 4, sizeBytes: MIB };
  const { rates } = await takeTurns([largeDeliveries(store, load)], effort.rounds);
  const [rate] = rates;
  if (rate === undefined) throw new TypeError('one contender has one rate');
  return {
    name: 'one ring node: deliveries of 1 MiB',
    unit: 'MB/s',
    rate,
    targets: [],
    conditions: `RF 1, LOCAL_QUORUM, commit log ${commitLog}, ${load.inFlight} messages in flight: chunks, holder, row`,
  };
}

async function appendRow({ store, raw, effort, commitLog }: Bench): Promise<Row> {
  const groups = 400 * effort.scale;
  const inFlight = 16;
  const bytes = bytesOf(KIB);
  const filler = new QueueFiller(store);
  await filler.start();
  const item = queueItem(bytes);
  const envelope = JSON.stringify(item.envelope);
  const state = JSON.stringify(item.state);
  const bodies = Array.from({ length: GROUP }, () => bytes);
  const rawQueue = new QueueFiller(store).queue;
  let slice = 0;
  const puts = {
    name: 'raw',
    run: async () =>
      GROUP *
      (await ratePerSecond(groups, inFlight, (index) => {
        if (index % 200 === 0) slice += 1;
        return raw.append(rawQueue, slice, { envelope, state, bodies });
      })),
  };
  const ours = { name: 'store', run: () => filler.fill(groups, inFlight, bytes) };
  return {
    name: `one ring node: queue appends in groups of ${GROUP} x 1 KB`,
    unit: 'messages/s',
    ...compared(await takeTurns([ours, puts], effort.rounds)),
    targets: [{ kind: 'ratio at least', value: 0.7 }],
    conditions: `RF 1, QUORUM, commit log ${commitLog}, ${inFlight} groups in flight, slices of 10,000; raw: the same batch`,
  };
}

async function recoveryRow({ store, effort, commitLog }: Bench): Promise<Row> {
  const filler = new QueueFiller(store);
  await filler.start();
  await filler.fill(QUEUED / GROUP, 16, bytesOf(KIB));
  const seconds: number[] = [];
  for (let round = 0; round <= effort.rounds; round += 1) {
    const recovered = await filler.recover();
    if (recovered.items !== QUEUED) throw new Error(`recovered ${recovered.items} of ${QUEUED} items`);
    if (round > 0) seconds.push(recovered.seconds);
  }
  return {
    name: `one ring node: recovery of ${QUEUED.toLocaleString('en')} queued 1 KB messages`,
    unit: 's',
    rate: spread(seconds),
    targets: [{ kind: 'seconds under', value: 4 }],
    conditions: `RF 1, QUORUM, commit log ${commitLog}; into the queue's own objects, bodies stay in the ring until their turn comes`,
  };
}
