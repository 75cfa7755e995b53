// Stores over one keyspace of a real ring, which is made for the file that runs and stays with the ring. Two stores are
// two connections, with their own caches and clocks of writes.
import { systemClock, systemTimers } from '../../src/base/clock.js';
import { createLog } from '../../src/base/log.js';
import { Metrics } from '../../src/base/metrics.js';
import { systemRandom } from '../../src/base/random.js';
import type { RingSurroundings } from '../../src/store/cassandra/connection/connect-ring.js';
import { CassandraStore } from '../../src/store/cassandra/cassandra-store.js';
import { openRing } from '../../src/store/cassandra/open-ring.js';
import type { Ring } from '../../src/store/cassandra/ring.js';
import { keyspaceName, type RingAddress } from '../ring-addresses.js';
import type { Harness } from './suite/harness.js';

export interface RingHarnessOptions {
  readonly address: RingAddress;
  readonly replicationFactor: number;
  /** One of its own unless it is to be shared: making one takes seconds. */
  readonly keyspace?: string;
  /** After which an answer is given up. */
  readonly requestTimeoutMs?: number;
  /** Puts something between the stores and their ring. */
  readonly wrap?: (ring: Ring) => Ring;
}

const PATIENCE_MS = 60_000;

export async function ringHarness(options: RingHarnessOptions): Promise<Harness> {
  const { address, replicationFactor, requestTimeoutMs = 10_000, wrap = (ring) => ring } = options;
  const settings = {
    ...address,
    keyspace: options.keyspace ?? keyspaceName('contract'),
    replicationFactor,
    consistency: { write: 'LOCAL_QUORUM', read: 'LOCAL_QUORUM', overrides: {} },
    inFlight: 256,
    waiting: 1024,
    requestTimeoutMs,
    tls: undefined,
  } as const;
  const disposed = new AbortController();
  return {
    open: async (tap) => {
      const surroundings: RingSurroundings = {
        clock: systemClock,
        timers: systemTimers,
        random: systemRandom,
        log: createLog({ level: 'error', format: 'json' }),
        metrics: new Metrics(),
        tap,
        processName: 'contract',
      };
      const opened = await openRing(settings, surroundings, { patienceMs: PATIENCE_MS });
      return new CassandraStore({ ...opened, ring: wrap(opened.ring) }, surroundings);
    },
    letPass: (ms) => systemTimers.sleep(ms, disposed.signal),
    dispose: async () => disposed.abort(),
  };
}
