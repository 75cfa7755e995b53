// The work that both stores are measured by, through the same interface.
import { Budget } from '../../src/base/budget.js';
import { systemClock } from '../../src/base/clock.js';
import type { Store } from '../../src/store/api/store.js';
import { ratePerSecond, type Contender } from '../rounds.js';
import { addressOf, bytesOf, ids, pieces } from './payload.js';

const BUDGET_MS = 60_000;

export interface Load {
  readonly count: number;
  readonly inFlight: number;
  readonly sizeBytes: number;
}

export function budget(): Budget {
  return Budget.of(systemClock, BUDGET_MS);
}

/** Messages per second. */
export function smallDeliveries(store: Store, load: Load): Contender {
  const bytes = bytesOf(load.sizeBytes);
  return {
    name: 'store',
    run: () =>
      ratePerSecond(load.count, load.inFlight, (index) =>
        store.mailboxes.deliver(
          { id: ids.next(), body: { kind: 'small', bytes }, to: [addressOf(index)] },
          budget(),
        ),
      ),
  };
}

/** MB (10^6 bytes) per second, from the first byte of the stream to the durable row that lists it. */
export function largeDeliveries(store: Store, load: Load): Contender {
  const bytes = bytesOf(load.sizeBytes);
  return {
    name: 'store',
    run: async () => {
      const perSecond = await ratePerSecond(load.count, load.inFlight, async (index) => {
        const id = ids.next();
        const address = addressOf(index);
        const body = await store.bodies.write(id, pieces(bytes), budget());
        const holder = { kind: 'mailbox', address, message: id } as const;
        const held = await store.bodies.hold(body, [holder], budget());
        await store.mailboxes.deliver({ id, body: held, to: [address] }, budget());
      });
      return (perSecond * load.sizeBytes) / 1e6;
    },
  };
}
