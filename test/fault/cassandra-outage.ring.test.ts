import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure, type FailureCode } from '../../src/base/failure.js';
import { systemTimers } from '../../src/base/clock.js';
import { startTestRing, type TestRing } from '../../src/lab/ring/test-ring.js';
import type { RingSettings } from '../../src/store/cassandra/connection/connect-ring.js';
import { openRing, type OpenRing } from '../../src/store/cassandra/open-ring.js';
import { failureOfPromise } from '../failure-from.js';
import { budget, domainWrite, RecordedLog, ringSettings, ringSurroundings } from './ring-opening.js';

const LONG_MS = 300_000;
const PATIENCE_MS = 120_000;
/** By then the others send nothing more to a node that stands still; what it missed it asks for a minute after it woke. */
const GIVEN_UP_MS = 20_000;

/** Writes until one succeeds: what was met on the way, each code once. */
async function writeUntilDone({ ring }: OpenRing): Promise<ReadonlySet<FailureCode>> {
  const met = new Set<FailureCode>();
  const patience = budget(PATIENCE_MS);
  for (let number = 0; ; number += 1) {
    try {
      await ring.write(domainWrite(number), budget(20_000));
      return met;
    } catch (error) {
      if (!(error instanceof Failure) || patience.isSpent()) throw error;
      met.add(error.code);
      await systemTimers.sleep(200);
    }
  }
}

/** The survivor asks the dead for a while, until gossip has given them up. */
async function readUntilDone({ ring }: OpenRing, name: string): Promise<number> {
  const query = { cql: 'SELECT name FROM domains WHERE name = ?', values: [name] };
  const patience = budget(PATIENCE_MS);
  for (;;) {
    try {
      return (await ring.read({ name: 'read', query, consistency: 'ONE' }, budget(5_000))).length;
    } catch (error) {
      if (!(error instanceof Failure) || patience.isSpent()) throw error;
    }
  }
}

/** How many of so many writes at once succeeded, and with which codes the others failed. */
async function writeAtOnce(
  { ring }: OpenRing,
  count: number,
  ms: number,
): Promise<{ done: number; codes: ReadonlySet<string> }> {
  const ends = await Promise.allSettled(
    Array.from({ length: count }, (_, number) => ring.write(domainWrite(number), budget(ms))),
  );
  const codes = ends.flatMap((end) =>
    end.status === 'rejected' && end.reason instanceof Failure ? [end.reason.code] : [],
  );
  return { done: ends.filter((end) => end.status === 'fulfilled').length, codes: new Set(codes) };
}

/** By a process that has asked no node anything yet. */
async function openAndWrite(settings: RingSettings, count: number): Promise<number> {
  const opened = await openRing(settings, ringSurroundings(new RecordedLog()), { patienceMs: PATIENCE_MS });
  const { done } = await writeAtOnce(opened, count, 60_000);
  await opened.close();
  return done;
}

describe('one ring node with TLS and passwords', () => {
  let lab: TestRing;
  let settings: RingSettings;

  beforeAll(async () => {
    lab = await startTestRing({ nodes: 1, usesTls: true, wantsPassword: true });
    settings = ringSettings(lab, {
      username: lab.login.user,
      password: lab.login.password,
      tls: { ca: readFileSync(lab.certificateFile, 'utf8'), verify: true },
    });
  }, LONG_MS);

  afterAll(() => lab.stop(), LONG_MS);

  const refusal = async (change: Partial<RingSettings>): Promise<Failure> =>
    failureOfPromise(
      openRing({ ...settings, ...change }, ringSurroundings(new RecordedLog()), { patienceMs: 1_000 }),
    );

  it(
    'opens with the right ones',
    async () => {
      const opened = await openRing(settings, ringSurroundings(new RecordedLog()), {
        patienceMs: PATIENCE_MS,
      });
      await expect(opened.ring.write(domainWrite(1), budget())).resolves.toBeUndefined();
      await opened.close();
    },
    LONG_MS,
  );

  it(
    'refuses a wrong password, and is not asked again',
    async () => {
      const failure = await refusal({ password: 'guess' });
      expect([failure.code, failure.kind]).toEqual(['ring-login-refused', 'denied']);
      expect(failure.message).toContain('store.cassandra.password');
    },
    LONG_MS,
  );

  it(
    'refuses a login without a name',
    async () => {
      expect((await refusal({ username: undefined, password: undefined })).code).toBe('ring-login-refused');
    },
    LONG_MS,
  );

  it(
    'is refused itself where its certificate is not known',
    async () => {
      const failure = await refusal({ tls: { verify: true } });
      expect([failure.code, failure.kind]).toEqual(['ring-tls-failed', 'permanent']);
      expect(failure.message).toContain('check store.cassandra.tls');
    },
    LONG_MS,
  );

  it(
    'that is spoken to in clear text closes the connection, and the hint is TLS',
    async () => {
      const failure = await refusal({ tls: undefined });
      expect(failure.message).toMatch(/TLS/);
    },
    LONG_MS,
  );

  it(
    'goes down and comes back: work is refused as temporary meanwhile, and each change is said once',
    async () => {
      const log = new RecordedLog();
      const opened = await openRing(settings, ringSurroundings(log), { patienceMs: PATIENCE_MS });
      await lab.ring.kill(1);
      await log.until('ring.lost');
      const met = await failureOfPromise(opened.ring.write(domainWrite(2), budget(2_000)));
      expect(['store-unavailable', 'store-write-uncertain']).toContain(met.code);
      expect((await failureOfPromise(opened.ring.write(domainWrite(3), budget(5_000)))).code).toBe(
        'store-unavailable',
      );
      await lab.ring.restart(1);
      await writeUntilDone(opened);
      await log.until('ring.connected', 2);
      await opened.close();
      const said = log.lines.map(({ event }) => event).filter((event) => event.startsWith('ring.'));
      expect(said).toEqual([
        'ring.connected',
        'ring.node-down',
        'ring.lost',
        'ring.node-up',
        'ring.connected',
      ]);
    },
    LONG_MS,
  );

  it(
    'that is down at the start is waited for, and that is said once',
    async () => {
      await lab.ring.kill(1);
      const log = new RecordedLog();
      const opening = openRing(settings, ringSurroundings(log), { patienceMs: PATIENCE_MS });
      await log.until('ring.waiting');
      await lab.ring.restart(1);
      await (await opening).close();
      const reasons = log.lines
        .filter(({ event }) => event === 'ring.waiting')
        .map(({ fields }) => fields['says']);
      expect(reasons).not.toEqual([]);
      expect(reasons.filter((reason, index) => reason === reasons[index - 1])).toEqual([]);
      expect(log.countOf('ring.connected')).toBe(1);
    },
    LONG_MS,
  );

  it(
    'that is asked for more than may be in flight and waiting refuses the rest at once',
    async () => {
      const narrow = { ...settings, inFlight: 4, waiting: 16 };
      const opened = await openRing(narrow, ringSurroundings(new RecordedLog()), { patienceMs: PATIENCE_MS });
      const { done, codes } = await writeAtOnce(opened, 200, 10_000);
      await opened.close();
      expect([...codes]).toEqual(['too-busy']);
      expect(done).toBe(20);
    },
    LONG_MS,
  );

  it(
    'that stands still makes writes uncertain and reads fail, in the time allowed',
    async () => {
      const quick = { ...settings, requestTimeoutMs: 500 };
      const opened = await openRing(quick, ringSurroundings(new RecordedLog()), { patienceMs: PATIENCE_MS });
      await opened.ring.write(domainWrite(4), budget());
      const query = { cql: 'SELECT name FROM domains WHERE name = ?', values: ['domain-4'] };
      const change = { cql: 'INSERT INTO domains (name) VALUES (?) IF NOT EXISTS', values: ['domain-5'] };
      const reading = { name: 'read', query, consistency: 'ONE' } as const;
      const changing = { name: 'change', queries: [change] } as const;
      await opened.ring.read(reading, budget()); // so that the statements are prepared
      await opened.ring.change(changing, budget());
      await lab.ring.pause(1);
      const failures = await Promise.all([
        failureOfPromise(opened.ring.write(domainWrite(4), budget(10_000))),
        failureOfPromise(opened.ring.read(reading, budget(10_000))),
        failureOfPromise(opened.ring.change(changing, budget(10_000))),
      ]);
      await lab.ring.resume(1);
      await opened.close();
      expect(failures.map(({ code }) => code)).toEqual([
        'store-write-uncertain',
        'store-read-failed',
        'store-cas-uncertain',
      ]);
    },
    LONG_MS,
  );
});

describe('three ring nodes with three replicas', () => {
  let lab: TestRing;
  let opened: OpenRing;
  const log = new RecordedLog();

  beforeAll(async () => {
    lab = await startTestRing({ nodes: 3 });
    const settings = ringSettings(lab, { replicationFactor: 3, requestTimeoutMs: 2_000 });
    opened = await openRing(settings, ringSurroundings(log), { patienceMs: PATIENCE_MS });
  }, LONG_MS);

  afterAll(async () => {
    await opened.close();
    await lab.stop();
  }, LONG_MS);

  it(
    'go on with one of them standing still: what it does not answer is sent again to another',
    async () => {
      await lab.ring.pause(3);
      const { done, codes } = await writeAtOnce(opened, 30, 20_000);
      await lab.ring.resume(3);
      expect([done, [...codes]]).toEqual([30, []]);
    },
    LONG_MS,
  );

  it(
    'go on with one of them killed',
    async () => {
      const before = log.countOf('ring.node-down');
      await lab.ring.kill(2);
      const { done, codes } = await writeAtOnce(opened, 30, 20_000);
      expect([done, [...codes]]).toEqual([30, []]);
      await log.until('ring.node-down', before + 1);
      expect(log.countOf('ring.lost')).toBe(0);
    },
    LONG_MS,
  );

  it(
    'refuse with two of them killed, as temporary, and reads at ONE still work',
    async () => {
      await lab.ring.kill(3);
      const failure = await failureOfPromise(opened.ring.write(domainWrite(1), budget(10_000)));
      expect(['temporary', 'uncertain']).toContain(failure.kind);
      expect(await readUntilDone(opened, 'domain-1')).toBe(1);
    },
    LONG_MS,
  );

  it(
    'take work again when one is back',
    async () => {
      await lab.ring.restart(2);
      const met = await writeUntilDone(opened);
      expect(
        [...met].filter((code) => code !== 'store-unavailable' && code !== 'store-write-uncertain'),
      ).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'are opened, and take work, while one of them has not heard of the tables',
    async () => {
      await lab.ring.restart(3);
      const settings = ringSettings(lab, { replicationFactor: 3 });
      await lab.ring.pause(3);
      let first: OpenRing;
      try {
        await systemTimers.sleep(GIVEN_UP_MS);
        first = await openRing(settings, ringSurroundings(log), { patienceMs: PATIENCE_MS });
      } finally {
        await lab.ring.resume(3);
      }
      const byTheLate = { ...settings, contactPoints: lab.contactPoints.slice(2) };
      const [{ done }, ...doneByNewcomers] = await Promise.all([
        writeAtOnce(first, 10, 60_000),
        openAndWrite(settings, 10),
        openAndWrite(byTheLate, 10),
      ]);
      await first.close();
      expect([done, ...doneByNewcomers]).toEqual([10, 10, 10]);
    },
    LONG_MS,
  );
});
