// The embedded store against bare LMDB in the same run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStore } from '../../src/store/embedded/embedded-store.js';
import type { Row } from '../report.js';
import { ratePerSecond, takeTurns, type Contender } from '../rounds.js';
import { largeDeliveries, smallDeliveries, type Load } from './deliveries.js';
import { compared, type Effort } from './effort.js';
import { bytesOf, KIB, MIB } from './payload.js';
import { surroundings } from './quiet-surroundings.js';
import { RawLmdb, type KeyOrder } from './raw-lmdb.js';

const CHUNK_BYTES = 128 * KIB;

export async function benchEmbedded({ rounds, scale }: Effort): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cassmail-bench-'));
  const store = await openEmbeddedStore({ folder: join(folder, 'store'), role: 'node', ...surroundings });
  const raw = new RawLmdb(join(folder, 'raw'));
  try {
    const small = { count: 20_000 * scale, inFlight: 100, sizeBytes: KIB };
    const large = { count: 60 * scale, inFlight: 4, sizeBytes: MIB };
    return [
      await smallRow(smallDeliveries(store, small), { raw, load: small, order: 'spread', rounds }),
      await smallRow(smallDeliveries(store, small), { raw, load: small, order: 'rising', rounds }),
      await largeRow(largeDeliveries(store, large), raw, large, rounds),
    ];
  } finally {
    await raw.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface SmallComparison {
  readonly raw: RawLmdb;
  readonly load: Load;
  readonly order: KeyOrder;
  readonly rounds: number;
}

async function smallRow(deliveries: Contender, { raw, load, order, rounds }: SmallComparison): Promise<Row> {
  const bytes = bytesOf(load.sizeBytes);
  const puts = {
    name: 'raw',
    run: () => ratePerSecond(load.count, load.inFlight, () => raw.put(bytes, order)),
  };
  const keys =
    order === 'spread' ? 'keys by mailbox, as ours' : "keys that only rise, the engine's best case";
  return {
    name: `embedded: durable deliveries of 1 KB (raw: ${order} keys)`,
    unit: 'messages/s',
    ...compared(await takeTurns([deliveries, puts], rounds)),
    targets:
      order === 'spread'
        ? [
            { kind: 'ratio at least', value: 0.7 },
            { kind: 'rate at least', value: 15_000 },
          ]
        : [],
    conditions: `${load.inFlight} in flight, one process, on disk before each acknowledgement, row and body; raw: one put of the same bytes, ${keys}`,
  };
}

async function largeRow(deliveries: Contender, raw: RawLmdb, load: Load, rounds: number): Promise<Row> {
  const chunk = bytesOf(CHUNK_BYTES);
  const chunks = (load.count * load.sizeBytes) / CHUNK_BYTES;
  const puts = {
    name: 'raw',
    run: async () => ((await ratePerSecond(chunks, 8, () => raw.put(chunk, 'spread'))) * CHUNK_BYTES) / 1e6,
  };
  const results = await takeTurns([deliveries, puts], rounds);
  return {
    name: 'embedded: durable deliveries of 1 MiB',
    unit: 'MB/s',
    ...compared(results),
    targets: [{ kind: 'rate at least', value: 150 }],
    conditions: `${load.inFlight} messages in flight, streamed in pieces of 64 KiB; raw: puts of 128 KiB, 8 in flight`,
  };
}
