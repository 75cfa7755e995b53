// What relaying may cost, in statements: at load, what arrives together is written together, one look at the lease serves
// a group, and outcomes go in groups too.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock, systemTimers } from '../../src/base/clock.js';
import { Metrics } from '../../src/base/metrics.js';
import { systemRandom } from '../../src/base/random.js';
import { LiveRelayQueue } from '../../src/queue/live-relay-queue.js';
import type { NewItem } from '../../src/queue/relay-queue.js';
import { Ground } from '../contract/suite/ground.js';
import type { Harness } from '../contract/suite/harness.js';
import { MemoryLog } from '../memory-log.js';
import { until } from '../until.js';

const CLIENTS = 100;
const MESSAGES_EACH = 20;
const MOST_PER_MESSAGE = 0.2;

export function assertRelayCosts(backend: string, openHarness: () => Promise<Harness>): void {
  describe(`relaying on ${backend}`, () => {
    let ground: Ground;

    beforeAll(async () => {
      ground = await Ground.on(await openHarness());
    }, 120_000);

    afterAll(() => ground.close(), 60_000);

    it('costs a fifth of a statement for each message at most, when a hundred clients send at once', async () => {
      const queue = new LiveRelayQueue({
        store: ground.store.queue,
        bodies: ground.store.bodies,
        owner: ground.name('mx'),
        ownerUrl: 'http://127.0.0.1:8080',
        clock: systemClock,
        timers: systemTimers,
        random: systemRandom,
        log: new MemoryLog(),
        metrics: new Metrics(),
      });
      let delivered = 0;
      queue.onDue((destination) => {
        for (let item = queue.take(destination); item !== undefined; item = queue.take(destination)) {
          delivered += 1;
          queue.done(item);
        }
      });
      ground.tap.reset();
      await Promise.all(Array.from({ length: CLIENTS }, () => send(ground, queue)));
      await until('all is delivered', () => delivered === CLIENTS * MESSAGES_EACH);
      await queue.stop(ground.budget());
      const { statements } = ground.tap;
      expect(statements).toContain('queue.settle');
      expect(statements.length / (CLIENTS * MESSAGES_EACH)).toBeLessThanOrEqual(MOST_PER_MESSAGE);
      expect(await ground.other.queue.leases.list(ground.budget())).toEqual([]);
    }, 120_000);
  });
}

/** One client: each message after the answer to the one before. */
async function send(ground: Ground, queue: LiveRelayQueue): Promise<void> {
  for (let count = 0; count < MESSAGES_EACH; count += 1) {
    (await queue.store([newItem(ground)], ground.budget())).release();
  }
}

function newItem(ground: Ground): NewItem {
  const id = ground.id();
  return {
    id,
    envelope: {
      message: id,
      destination: 'example.net',
      sender: 'me@example.com',
      acceptedAtMs: Date.now(),
      parameters: {},
    },
    recipients: [{ address: 'you@example.net', parameters: {} }],
    body: { kind: 'small', bytes: Buffer.alloc(1024, 'x') },
  };
}
