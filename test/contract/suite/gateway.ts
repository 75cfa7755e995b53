// A gateway as the cases of the queue need it: a store, a lease, and stamps that count its mutations.
import type { TimeUuid } from '../../../src/base/time-uuid.js';
import type { Store } from '../../../src/store/api/store.js';
import type {
  DamagedItem,
  HeldBody,
  Lease,
  RecoveredItem,
  RelayItem,
  RelayState,
  Slice,
  Stamp,
} from '../../../src/store/types.js';
import type { Ground } from './ground.js';
import { leaseOf, newLease } from './leases.js';
import { gather } from './reading.js';

export class Gateway {
  readonly #ground: Ground;
  readonly store: Store;
  readonly lease: Lease;
  #mutations = 0;

  private constructor(ground: Ground, store: Store, lease: Lease) {
    this.#ground = ground;
    this.store = store;
    this.lease = lease;
  }

  /** With a queue of its own, on the store under test. */
  static async start(ground: Ground): Promise<Gateway> {
    return new Gateway(ground, ground.store, await newLease(ground));
  }

  /** The other process takes this one's queue over. This one goes on as if it didn't know. */
  async successor(): Promise<Gateway> {
    const { queue } = this.#ground.other;
    const budget = this.#ground.budget();
    const taken = await queue.leases.takeOver(this.lease, 'successor', 'http://127.0.0.2:8080', budget);
    return new Gateway(this.#ground, this.#ground.other, leaseOf(taken));
  }

  stamp(): Stamp {
    this.#mutations += 1;
    return { epoch: this.lease.epoch, n: this.#mutations - 1 };
  }

  slice(number = 0): Slice {
    return { queue: this.lease.queue, epoch: this.lease.epoch, number };
  }

  async openSlice(number = 0): Promise<Slice> {
    const slice = this.slice(number);
    await this.store.queue.openSlice(slice, this.stamp(), this.#ground.budget());
    return slice;
  }

  append(slice: Slice, items: readonly RelayItem[]): Promise<void> {
    return this.store.queue.append(slice, items, this.stamp(), this.#ground.budget());
  }

  done(slice: Slice, items: readonly { readonly id: TimeUuid }[]): Promise<void> {
    const settlement = { done: items.map(({ id }) => id), deferred: [] };
    return this.store.queue.settle(slice, settlement, this.stamp(), this.#ground.budget());
  }

  defer(slice: Slice, items: readonly { readonly id: TimeUuid }[], state: RelayState): Promise<void> {
    const settlement = { done: [], deferred: items.map(({ id }) => ({ id, state })) };
    return this.store.queue.settle(slice, settlement, this.stamp(), this.#ground.budget());
  }

  drop(slice: Slice): Promise<void> {
    return this.store.queue.dropSlice(slice, this.stamp(), this.#ground.budget());
  }
}

/** What a gateway that starts on this queue now would find, slice by slice. */
export async function recovered(ground: Ground, { lease }: Gateway): Promise<RecoveredItem[]> {
  const { queue } = ground.other;
  const slices = await queue.slices(lease.queue, ground.budget());
  return (await gather(queue.recover(slices, ground.budget()))).map(undamaged);
}

function undamaged(item: RecoveredItem | DamagedItem): RecoveredItem {
  if ('damage' in item) throw item.damage;
  return item;
}

export async function recoveredIds(ground: Ground, gateway: Gateway): Promise<TimeUuid[]> {
  return (await recovered(ground, gateway)).map(({ id }) => id);
}

export function relayItem(ground: Ground, body?: Uint8Array | HeldBody): RelayItem {
  const id = ground.id();
  return {
    id,
    envelope: {
      message: id,
      destination: 'example.net',
      sender: 'p\u{f6}st@example.com',
      acceptedAtMs: Date.now(),
      parameters: { ret: 'HDRS', envid: 'QQ314159' },
    },
    state: {
      recipients: [{ address: '\u{1f4ec}@example.net', parameters: { notify: 'FAILURE,DELAY' } }],
      attempts: 0,
      nextAttemptAtMs: Date.now(),
    },
    body: bodyOf(body ?? Buffer.from(`Subject: ${id}\r\n\r\n`)),
  };
}

export function relayItems(ground: Ground, count: number): RelayItem[] {
  return Array.from({ length: count }, () => relayItem(ground));
}

export function deferredState(attempts: number, address = 'later@example.net'): RelayState {
  return {
    recipients: [{ address, parameters: {} }],
    attempts,
    nextAttemptAtMs: Date.now() + 300_000,
    lastReply: '451 4.7.1 come back later',
  };
}

function bodyOf(body: Uint8Array | HeldBody): RelayItem['body'] {
  return body instanceof Uint8Array ? { kind: 'small', bytes: body } : body;
}
