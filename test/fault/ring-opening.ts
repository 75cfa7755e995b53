// Opening a real ring in a test: usual settings, and a log that can be looked at.
import { systemClock, systemTimers } from '../../src/base/clock.js';
import { Budget } from '../../src/base/budget.js';
import type { Log } from '../../src/base/log.js';
import { Metrics } from '../../src/base/metrics.js';
import { systemRandom } from '../../src/base/random.js';
import type { RingSettings, RingSurroundings } from '../../src/store/cassandra/connection/connect-ring.js';
import type { Query, WriteRequest } from '../../src/store/cassandra/ring.js';
import { keyspaceName, type RingAddress } from '../ring-addresses.js';

export class RecordedLog implements Log {
  readonly lines: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];

  write(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ event, fields });
  }

  with(): Log {
    return this;
  }

  countOf(event: string): number {
    return this.lines.filter((line) => line.event === event).length;
  }

  /** Returns when the event was written so many times; the test's own time limit ends the waiting. */
  async until(event: string, times = 1): Promise<void> {
    while (this.countOf(event) < times) await systemTimers.sleep(50);
  }
}

/** One replica of everything in a keyspace of its own, unless said otherwise. */
export function ringSettings(address: RingAddress, change: Partial<RingSettings> = {}): RingSettings {
  const { contactPoints, port, localDataCenter } = address;
  return {
    contactPoints,
    port,
    localDataCenter,
    keyspace: keyspaceName('fault'),
    replicationFactor: 1,
    consistency: { write: 'LOCAL_QUORUM', read: 'LOCAL_QUORUM', overrides: {} },
    inFlight: 64,
    waiting: 256,
    requestTimeoutMs: 3_000,
    ...change,
  };
}

export function ringSurroundings(log: Log, processName = 'test'): RingSurroundings {
  return {
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log,
    metrics: new Metrics(),
    tap: { around: (_, send) => send() },
    processName,
  };
}

export function budget(ms = 30_000): Budget {
  return Budget.of(systemClock, ms);
}

/** A row of its own for each number. */
export function domainWrite(number: number): WriteRequest {
  const query: Query = {
    cql: 'INSERT INTO domains (name, catch_all) VALUES (?, ?) USING TIMESTAMP ?',
    values: [`domain-${number}`, 'somebody', 1],
  };
  return { name: 'domain', queries: [query], consistency: 'QUORUM', isIdempotent: true };
}
