// A ring node that stands still while the store works through it: what it was asked before is answered by nobody, and
// done when it wakes. Every change must still be decided, happen once, and not come back. On a ring of its own.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Budget } from '../../src/base/budget.js';
import { systemClock, systemTimers } from '../../src/base/clock.js';
import { failureOf } from '../../src/base/failure.js';
import { createLog } from '../../src/base/log.js';
import { Metrics } from '../../src/base/metrics.js';
import { systemRandom } from '../../src/base/random.js';
import { TimeUuidSource } from '../../src/base/time-uuid.js';
import { startTestRing, type TestRing } from '../../src/lab/ring/test-ring.js';
import { parseLogin, type Login } from '../../src/mail/login.js';
import { openCassandraStore, type CassandraStore } from '../../src/store/cassandra/cassandra-store.js';
import type { Account, Lease, QueueId, RelayItem } from '../../src/store/types.js';

const PAUSED = 2;
/** Short, so that much is asked of the node that stands still in a short test. */
const REQUEST_TIMEOUT_MS = 700;
/** So many at once that some of them ask the node that stands still, one change after the other. */
const SUBJECTS = 24;
const CHANGES = 3;
const READS = 5;

const ids = new TimeUuidSource(systemClock, systemRandom);
let ring: TestRing;
let store: CassandraStore;
let statements: string[] = [];

beforeAll(async () => {
  ring = await startTestRing({ nodes: 3 });
  store = await openCassandraStore(
    {
      ...ring,
      keyspace: 'paused_node',
      replicationFactor: 3,
      consistency: { write: 'QUORUM', read: 'QUORUM', overrides: {} },
      inFlight: 64,
      waiting: 64,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    },
    {
      clock: systemClock,
      timers: systemTimers,
      random: systemRandom,
      log: createLog({ level: 'error', format: 'json' }),
      metrics: new Metrics(),
      tap: {
        around: (statement, send) => {
          statements.push(statement);
          return send();
        },
      },
      processName: 'paused-node-test',
    },
  );
}, 300_000);

afterAll(async () => {
  await store.close();
  await ring.stop();
}, 60_000);

describe('while a ring node stands still', () => {
  it('changes of accounts are each decided and each made once', async () => {
    const logins = Array.from({ length: SUBJECTS }, (_, at) => parseLogin(`counted-${at}@example.com`));
    for (const login of logins) await store.accounts.create(login, countOf(0), [], budget());
    const accounts = await Promise.all(logins.map(readAccount));
    statements = [];
    await whilePaused(async () => {
      await Promise.all(accounts.map(countUp));
    });
    expect(statements).toContain('accounts.look'); // else no answer was lost, and nothing was shown
    for (const login of logins) {
      expect((await readAccount(login)).settings.quotaMessages).toBe(CHANGES);
    }
  }, 120_000);

  it('renewals of leases raise the heartbeat by one each, and none again when the node wakes', async () => {
    const leases = await Promise.all(Array.from({ length: SUBJECTS }, newLease));
    statements = [];
    await whilePaused(async () => {
      await Promise.all(leases.map(renewAgainAndAgain));
    });
    expect(statements).toContain('leases.look');
    for (const lease of leases) {
      expect(await store.queue.leases.current(lease.queue, budget())).toEqual({
        ...lease,
        heartbeat: CHANGES,
      });
    }
  }, 120_000);

  it('what a former owner asked of it comes back neither to a dropped slice nor to its directory', async () => {
    const former = await newLease();
    const slice = { queue: former.queue, epoch: 1, number: 0 };
    await store.queue.openSlice(slice, { epoch: 1, n: 0 }, budget());
    await whilePaused(async () => {
      const appends = Array.from({ length: SUBJECTS }, (_, at) =>
        store.queue.append(slice, [relayItem(), relayItem()], { epoch: 1, n: 1 + at }, budget()),
      );
      await Promise.all(appends);
      standing(await store.queue.leases.takeOver(former, 'successor', 'http://127.0.0.2:8080', budget()));
      await store.queue.dropSlice(slice, { epoch: 2, n: 0 }, budget());
    });
    expect(await store.queue.slices(slice.queue, budget())).toEqual([]);
    for await (const page of store.queue.recover([slice], budget())) expect(page).toEqual([]);
  }, 120_000);
});

/** The first change goes out at once, before anybody has noticed that a node stands still. */
async function countUp(first: Account): Promise<void> {
  let account = first;
  for (let count = 1; count <= CHANGES; count += 1) {
    expect(account.settings.quotaMessages).toBe(count - 1);
    expect(await store.accounts.change(account, countOf(count), budget())).toBe('changed');
    account = await readAccount(account.login);
  }
}

/** A read that waits for the node in vain is *temporary*, and to be made again. */
async function readAccount(login: Login): Promise<Account> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      const account = await store.accounts.read(login, budget());
      if (account !== undefined) return account;
      throw new Error('the account is not there');
    } catch (error) {
      if (failureOf(error).kind !== 'temporary' || attempts === READS) throw error;
    }
  }
}

async function renewAgainAndAgain(first: Lease): Promise<void> {
  let lease = first;
  for (let heartbeat = 1; heartbeat <= CHANGES; heartbeat += 1) {
    lease = standing(await store.queue.leases.renew(lease, 0, budget()));
    expect(lease.heartbeat).toBe(heartbeat);
  }
}

/** And then until what lay before the node when it woke has been done. */
async function whilePaused(work: () => Promise<void>): Promise<void> {
  await ring.ring.pause(PAUSED);
  try {
    await work();
  } finally {
    await ring.ring.resume(PAUSED);
  }
  await systemTimers.sleep(3 * REQUEST_TIMEOUT_MS);
}

function budget(): Budget {
  return Budget.of(systemClock, 30_000);
}

function countOf(quotaMessages: number) {
  return { passwordHash: 'x', isDisabled: false, quotaMessages };
}

function newLease(): Promise<Lease> {
  const queue = randomUUID() as QueueId;
  return store.queue.leases.create(queue, 'owner', 'http://127.0.0.1:8080', budget());
}

function standing(lease: Lease | 'lost'): Lease {
  if (lease === 'lost') throw new Error('the lease was lost to nobody');
  return lease;
}

function relayItem(): RelayItem {
  const id = ids.next();
  return {
    id,
    envelope: { message: id, destination: 'example.net', sender: '', acceptedAtMs: 0, parameters: {} },
    state: { recipients: [], attempts: 0, nextAttemptAtMs: 0 },
    body: { kind: 'small', bytes: Buffer.from('Subject: hello\r\n\r\n') },
  };
}
