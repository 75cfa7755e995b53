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
import { bytesOfBody, entriesIn, outcomeOf } from '../contract/suite/reading.js';

const LANES = 8;
const KILLED = 3;
const PAUSED = 2;
/** Long enough that many deliveries meet it, short enough for a test. */
const FAULT_MS = 2_500;
/** Every so many messages a large one. */
const LARGE_EVERY = 10;
const DELIVERY_MS = 6_000;
/** Between two deliveries of a lane: the test is about faults, and all of it has to be read again. */
const PAUSE_MS = 40;

const smallBytes = Buffer.from('Subject: small\r\n\r\n');
const largeBytes = patterned(2 * CHUNK_BYTES + 99);

interface Attempt {
  readonly delivery: Delivery;
  readonly ended: 'acknowledged' | 'refused' | 'uncertain';
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
    const state = { isOver: false };
    const lanes = Array.from({ length: LANES }, () => deliverUntil(ground, state));
    await systemTimers.sleep(500);
    await ring.ring.kill(KILLED);
    await systemTimers.sleep(FAULT_MS);
    await ring.ring.restart(KILLED);
    await ring.ring.pause(PAUSED);
    await systemTimers.sleep(FAULT_MS);
    await ring.ring.resume(PAUSED);
    await systemTimers.sleep(500);
    state.isOver = true;
    const attempts = (await Promise.all(lanes)).flat();

    expect(attempts.filter(({ ended }) => ended === 'acknowledged').length).toBeGreaterThan(100);
    await Promise.all(Array.from({ length: LANES }, (_, lane) => expectAllKept(ground, attempts, lane)));
  }, 240_000);
});

async function deliverUntil(ground: Ground, state: { readonly isOver: boolean }): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  while (!state.isOver) {
    await systemTimers.sleep(PAUSE_MS);
    const delivery = await newDelivery(ground, attempts.length % LARGE_EVERY === 0);
    if (delivery === undefined) continue;
    const outcome = await outcomeOf(ground.store.mailboxes.deliver(delivery, ground.budget(DELIVERY_MS)));
    if (outcome.kind === 'done') attempts.push({ delivery, ended: 'acknowledged' });
    else attempts.push({ delivery, ended: outcome.failure.kind === 'uncertain' ? 'uncertain' : 'refused' });
  }
  return attempts;
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
    const entries = await entriesIn(ground.other, ground, address);
    const ids = entries.map((entry) => entry.id);
    if (ended === 'uncertain') expect([[], [id]]).toContainEqual(ids);
    else expect(ids).toEqual(ended === 'acknowledged' ? [id] : []);
    for (const entry of entries) {
      const bytes = await bytesOfBody(await ground.other.mailboxes.read(address, entry, ground.budget()));
      expect(bytes.equals(body.kind === 'small' ? smallBytes : largeBytes)).toBe(true);
    }
  }
}
