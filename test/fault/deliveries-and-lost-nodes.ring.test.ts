// Deliveries at QUORUM to three nodes, of which one is killed and started again, and then another stands still for a
// while. Whatever was acknowledged is there afterwards, in each of its mailboxes, once and whole; what was refused with
// any kind but *uncertain* is nowhere. On a ring of its own.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemTimers } from '../../src/base/clock.js';
import { startTestRing, type TestRing } from '../../src/lab/ring/test-ring.js';
import { CHUNK_BYTES, type Delivery } from '../../src/store/types.js';
import { ringHarness } from '../contract/ring-harness.js';
import { mailboxHolder } from '../contract/suite/bodies.js';
import { inPieces, patterned } from '../contract/suite/bytes.js';
import { Ground } from '../contract/suite/ground.js';
import { bytesOfBody, entriesIn, outcomeOf, type Outcome } from '../contract/suite/reading.js';

const LANES = 8;
const KILLED = 3;
const PAUSED = 2;
/** Long enough that many deliveries meet it, short enough for a test. */
const FAULT_MS = 2_500;
/** Every so many messages a large one. */
const LARGE_EVERY = 10;
/** In all, else little was shown; a slow machine takes its time. */
const ACKNOWLEDGED = 100;
/** Decided in each phase at least. */
const PHASE_ATTEMPTS = 2 * LANES;
const READS = 5;
const DELIVERY_MS = 6_000;
/** Between two deliveries of a lane: the test is about faults, and all of it has to be read again. */
const PAUSE_MS = 40;

const smallBytes = Buffer.from('Subject: small\r\n\r\n');
const largeBytes = patterned(2 * CHUNK_BYTES + 99);

interface Attempt {
  readonly delivery: Delivery;
  readonly ended: 'acknowledged' | 'refused' | 'uncertain';
}

interface Run {
  readonly attempts: Attempt[];
  isOver: boolean;
}

describe('deliveries while ring nodes are lost', () => {
  let ring: TestRing;
  let ground: Ground;

  beforeAll(async () => {
    ring = await startTestRing({ nodes: 3 });
    ground = await Ground.on(
      await ringHarness({ address: ring, replicationFactor: 3, requestTimeoutMs: 1_000 }),
    );
  }, 300_000);

  afterAll(async () => {
    await ground.close();
    await ring.stop();
  }, 60_000);

  it('are all there when they were acknowledged, and nowhere when they were refused', async () => {
    const run: Run = { attempts: [], isOver: false };
    const lanes = Array.from({ length: LANES }, () => deliverUntil(ground, run));
    await phase(run, 500);
    await ring.ring.kill(KILLED);
    await phase(run, FAULT_MS);
    await ring.ring.restart(KILLED);
    await ring.ring.pause(PAUSED);
    await phase(run, FAULT_MS);
    await ring.ring.resume(PAUSED);
    await until(() => run.attempts.filter(({ ended }) => ended === 'acknowledged').length >= ACKNOWLEDGED);
    run.isOver = true;
    await Promise.all(lanes);

    const { attempts } = run;
    await Promise.all(Array.from({ length: LANES }, (_, lane) => expectAllKept(ground, attempts, lane)));
  }, 240_000);
});

/** At least so long, and until something was delivered, or refused, meanwhile. */
async function phase({ attempts }: Run, ms: number): Promise<void> {
  const before = attempts.length;
  await systemTimers.sleep(ms);
  await until(() => attempts.length >= before + PHASE_ATTEMPTS);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await systemTimers.sleep(50);
}

async function deliverUntil(ground: Ground, run: Run): Promise<void> {
  for (let count = 0; !run.isOver; count += 1) {
    await systemTimers.sleep(PAUSE_MS);
    const delivery = await newDelivery(ground, count % LARGE_EVERY === 0);
    if (delivery === undefined) continue;
    const outcome = await outcomeOf(ground.store.mailboxes.deliver(delivery, ground.budget(DELIVERY_MS)));
    run.attempts.push({ delivery, ended: endOf(outcome) });
  }
}

function endOf(outcome: Outcome<unknown>): Attempt['ended'] {
  if (outcome.kind === 'done') return 'acknowledged';
  return outcome.failure.kind === 'uncertain' ? 'uncertain' : 'refused';
}

/** Nothing where the body of a large one could not be stored: then there is nothing to deliver. */
async function newDelivery(ground: Ground, isLarge: boolean): Promise<Delivery | undefined> {
  const to = [ground.address(), ground.address()];
  if (!isLarge) return ground.delivery(to, smallBytes);
  const id = ground.id();
  const { bodies } = ground.store;
  const holders = to.map((address) => mailboxHolder(address, id));
  const written = await outcomeOf(
    bodies.write(ground.id(), inPieces(largeBytes), ground.budget(DELIVERY_MS)),
  );
  if (written.kind === 'refused') return undefined;
  const held = await outcomeOf(bodies.hold(written.answer, holders, ground.budget(DELIVERY_MS)));
  return held.kind === 'refused' ? undefined : { id, body: held.answer, to };
}

/** One lane of several takes its share. */
async function expectAllKept(ground: Ground, attempts: readonly Attempt[], lane: number): Promise<void> {
  for (let at = lane; at < attempts.length; at += LANES) {
    const attempt = attempts[at];
    if (attempt !== undefined) await expectKept(ground, attempt);
  }
}

async function expectKept(ground: Ground, { delivery: { id, body, to }, ended }: Attempt): Promise<void> {
  for (const address of to) {
    const entries = await patiently(() => entriesIn(ground.other, ground, address));
    const ids = entries.map((entry) => entry.id);
    if (ended === 'uncertain') expect([[], [id]]).toContainEqual(ids);
    else expect(ids).toEqual(ended === 'acknowledged' ? [id] : []);
    for (const entry of entries) {
      const bytes = await patiently(async () =>
        bytesOfBody(await ground.other.mailboxes.read(address, entry, ground.budget())),
      );
      expect(bytes.equals(body.kind === 'small' ? smallBytes : largeBytes)).toBe(true);
    }
  }
}

/** Nodes that were lost a moment ago are slow: what they do not answer may be asked again, a wrong answer stays wrong. */
async function patiently<T>(read: () => Promise<T>): Promise<T> {
  for (let reads = 1; ; reads += 1) {
    const outcome = await outcomeOf(read());
    if (outcome.kind === 'done') return outcome.answer;
    if (outcome.failure.code !== 'store-read-failed' || reads === READS) throw outcome.failure;
  }
}
