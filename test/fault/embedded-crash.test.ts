// What an acknowledgement of the embedded store survives, and what several processes on one folder do to each other.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from '../../src/base/metrics.js';
import { EmbeddedStore } from '../../src/store/embedded/embedded-store.js';
import { Engine } from '../../src/store/embedded/engine.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { failureOfPromise } from '../failure-from.js';
import { embeddedChild, type Child } from './child-process.js';
import {
  ample,
  entriesIn,
  inboxOf,
  messageTo,
  openTestStore,
  testOptions,
  wholeIdsIn,
} from './embedded-test-store.js';
import { leastOfThree } from './least-of-three.js';

const ROUNDS = 5;
const LONG_MS = 60_000;

describe('the embedded store', () => {
  let folder: TemporaryFolder;
  let data: string;
  const children: Child[] = [];

  const child = (task: string, argument?: string): Child => {
    const started = embeddedChild(task, data, argument);
    children.push(started);
    return started;
  };

  beforeEach(() => {
    folder = new TemporaryFolder();
    data = join(folder.path, 'data');
  });

  afterEach(async () => {
    for (const started of children.splice(0)) await started.kill();
    folder.remove();
  });

  it(
    'has every message it acknowledged, whole, after its process was killed at any moment',
    async () => {
      const acknowledged = new Set<unknown>();
      for (let round = 0; round < ROUNDS; round += 1) {
        const writer = child('deliver until killed');
        await writer.until('acknowledged', 20 + 37 * round);
        await writer.kill();
        for (const id of writer.values('acknowledged')) acknowledged.add(id);
        const store = await openTestStore({ folder: data });
        const found = new Set<unknown>(await wholeIdsIn(store, inboxOf('user')));
        await store.close();
        expect([...acknowledged].filter((id) => !found.has(id))).toEqual([]);
      }
      expect(acknowledged.size).toBeGreaterThan(20 * ROUNDS);
    },
    LONG_MS,
  );

  it(
    'takes the deliveries of several worker processes and its own at once and loses none',
    async () => {
      const store = await openTestStore({ folder: data });
      const workers = [child('deliver as worker'), child('deliver as worker')];
      const own = Array.from({ length: 200 }, () => messageTo(inboxOf('user')));
      await Promise.all(own.map((delivery) => store.mailboxes.deliver(delivery, ample())));
      for (const worker of workers) await worker.until('done');
      const acknowledged = workers.flatMap((worker) => worker.values('acknowledged'));
      expect(acknowledged).toHaveLength(2 * 10 * 50);
      const found = await wholeIdsIn(store, inboxOf('user'));
      const expected = [...acknowledged.map(String), ...own.map(({ id }) => String(id))];
      expect(found.map(String).toSorted()).toEqual(expected.toSorted());
      await store.close();
    },
    LONG_MS,
  );

  it(
    'refuses a second node on its folder, names the first, and is free again when that one was killed',
    async () => {
      const first = child('hold the folder');
      await first.until('ready');
      const failure = await failureOfPromise(openTestStore({ folder: data }));
      expect(failure.code).toBe('store-in-use');
      expect(failure.message).toContain(`pid ${first.pid}`);
      expect(failure.message).toContain(data);
      expect(failure.message).not.toContain('\n');
      await first.kill();
      const store = await openTestStore({ folder: data });
      await store.mailboxes.deliver(messageTo(inboxOf('user')), ample());
      await store.close();
    },
    LONG_MS,
  );

  it(
    'refuses a second node that reaches its folder by another path, because it was moved while the first runs',
    async () => {
      const first = child('hold the folder');
      await first.until('ready');
      const moved = join(folder.path, 'moved');
      renameSync(data, moved);
      expect((await failureOfPromise(openTestStore({ folder: moved }))).code).toBe('store-in-use');
      await first.kill();
      await (await openTestStore({ folder: moved })).close();
    },
    LONG_MS,
  );

  it(
    'lets one of several nodes in that start at the same moment, after a killed one too',
    async () => {
      const killed = child('hold the folder');
      await killed.until('settled');
      await killed.kill();
      const starting = Array.from({ length: 4 }, () => child('hold the folder'));
      for (const started of starting) await started.until('settled');
      expect(starting.flatMap((started) => started.values('ready'))).toHaveLength(1);
      expect(starting.flatMap((started) => started.values('refused'))).toEqual(
        Array.from({ length: 3 }, () => 'store-in-use'),
      );
      expect(readdirSync(data).filter((name) => name.endsWith('.sock'))).toHaveLength(1);
    },
    LONG_MS,
  );

  it('is refused, and free again, in a folder whose path is too long for a socket', async () => {
    data = join(folder.path, 'long'.repeat(30), 'data');
    const store = await openTestStore({ folder: data });
    expect((await failureOfPromise(openTestStore({ folder: data }))).code).toBe('store-in-use');
    await store.close();
    await (await openTestStore({ folder: data })).close();
  });

  it('keeps its folder and files from everybody else', async () => {
    const store = await openTestStore({ folder: data });
    await store.mailboxes.deliver(messageTo(inboxOf('user')), ample());
    for (const part of ['.', 'claims']) {
      expect(statSync(join(data, part)).mode & 0o777).toBe(0o700);
      for (const file of ['data.mdb', 'lock.mdb'])
        expect(statSync(join(data, part, file)).mode & 0o777).toBe(0o600);
    }
    await store.close();
  });

  it('may be closed twice', async () => {
    const store = await openTestStore({ folder: data });
    await Promise.all([store.close(), store.close()]);
    await expect(store.close()).resolves.toBeUndefined();
    await (await openTestStore({ folder: data })).close();
  });

  it('finishes what is under way when it is closed, and refuses what comes after', async () => {
    const store = await openTestStore({ folder: data });
    const underWay = store.mailboxes.deliver(messageTo(inboxOf('user')), ample());
    await store.close();
    await underWay;
    const late = store.mailboxes.deliver(messageTo(inboxOf('user')), ample());
    expect((await failureOfPromise(late)).code).toBe('store-closed');
    expect((await failureOfPromise(entriesIn(store, inboxOf('user')))).code).toBe('store-closed');
    const again = await openTestStore({ folder: data });
    expect(await entriesIn(again, inboxOf('user'))).toHaveLength(1);
    await again.close();
  });

  it('leaves the gauge of statements in flight to the tap, which counts all of them', async () => {
    const metrics = new Metrics();
    const store = await openTestStore({ folder: data, metrics });
    metrics.gauge('cassmail_store_in_flight', {}, 7);
    await store.mailboxes.deliver(messageTo(inboxOf('user')), ample());
    expect(await metrics.exposition()).toContain('cassmail_store_in_flight 7');
    await store.close();
  });

  it('is closed to the end where it cannot give its folder free', async () => {
    const engine = Engine.open(folder.path);
    const lock = { release: () => Promise.reject(new Error('not a failure of the engine')) };
    const claims = Engine.openPassing(join(folder.path, 'claims'));
    const store = new EmbeddedStore({ mail: engine, claims }, lock, testOptions({ folder: folder.path }));
    await expect(store.close()).rejects.toThrow('not a failure of the engine');
    await expect(engine.transact(() => undefined)).rejects.toThrow('closed');
    await expect(claims.transact(() => undefined)).rejects.toThrow('closed');
  });

  it('begins with no claim on a mailbox, whatever a power cut has made of the claims there were', async () => {
    const address = inboxOf('user');
    const before = await openTestStore({ folder: data });
    expect(await before.claims.claim(address, 'a', ample())).toBe('granted');
    await before.close();
    writeFileSync(join(data, 'claims', 'data.mdb'), Buffer.alloc(100_000, 'no database'));
    const after = await openTestStore({ folder: data });
    expect(await after.claims.claim(address, 'b', ample())).toBe('granted');
    await after.close();
  });

  it(
    'lets a process end in the middle of its commits, which keep nobody else from writing',
    async () => {
      const store = await openTestStore({ folder: data });
      const leaving = [20, 40, 60].map((ms) => child('exit with commits under way', String(ms)));
      for (const process of leaving) await process.ended();
      const last = messageTo(inboxOf('user'));
      await store.mailboxes.deliver(last, ample());
      expect(await wholeIdsIn(store, inboxOf('user'))).toContain(last.id);
      await store.close();
    },
    LONG_MS,
  );

  it(
    'moves a body of 50 MiB in and out with less than 40 MiB of extra memory',
    async () => {
      const extraBytes = await leastOfThree(async () => {
        const streaming = child('stream a large body', String(50 * 1024 * 1024));
        await streaming.until('extraBytes');
        const [bytes] = streaming.values('extraBytes');
        await streaming.kill();
        return Number(bytes);
      });
      expect(extraBytes / 2 ** 20).toBeLessThan(40);
    },
    LONG_MS,
  );
});
