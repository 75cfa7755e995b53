// Stores that are broken on purpose: a real one with one promise of the contract taken away. Whatever is not named in
// `changed` stays as the real one does it.
import { Budget } from '../../src/base/budget.js';
import { systemClock } from '../../src/base/clock.js';
import type { TimeUuid } from '../../src/base/time-uuid.js';
import type { Store } from '../../src/store/api/store.js';
import type { Delivery, Stamp } from '../../src/store/types.js';
import { outcomeOf } from './suite/reading.js';
import type { SuiteName } from './suite/suites.js';

export interface Sabotage {
  /** What this store does wrong. */
  readonly title: string;
  /** Where at least one case has to notice. */
  readonly noticedBy: SuiteName;
  /** Ids for what the broken store makes up. */
  readonly breakStore: (store: Store, nextId: () => TimeUuid) => Store;
}

/** By any process. */
const removed = new Set<TimeUuid>();

export const sabotages: readonly Sabotage[] = [
  {
    title: 'acknowledges a delivery before it is written',
    noticedBy: 'faults in mail',
    breakStore: (store) =>
      overlay(store, {
        mailboxes: overlay(store.mailboxes, {
          deliver: async (delivery, budget) => void outcomeOf(store.mailboxes.deliver(delivery, budget)),
        }),
      }),
  },
  {
    title: 'acknowledges a group of queue items before it is written',
    noticedBy: 'faults in the relay queue',
    breakStore: (store) =>
      overlay(store, {
        queue: overlay(store.queue, {
          append: async (slice, items, stamp, budget) =>
            void outcomeOf(store.queue.append(slice, items, stamp, budget)),
        }),
      }),
  },
  {
    title: 'forgets the epoch of whoever writes to the relay queue',
    noticedBy: 'succession in the relay queue',
    breakStore: (store) => overlay(store, { queue: queueWithoutEpochs(store) }),
  },
  {
    title: 'ignores the deadline',
    noticedBy: 'deadlines',
    breakStore: (store) =>
      overlay(store, {
        accounts: withoutDeadlines(store.accounts),
        directory: withoutDeadlines(store.directory),
        mailboxes: withoutDeadlines(store.mailboxes),
        bodies: withoutDeadlines(store.bodies),
        claims: withoutDeadlines(store.claims),
        queue: withoutDeadlines(store.queue),
        nodes: withoutDeadlines(store.nodes),
      }),
  },
  {
    title: 'takes a repeated delivery for another message',
    noticedBy: 'mailboxes',
    breakStore: (store, nextId) => {
      const known = new Set<TimeUuid>();
      return withDelivery(store, (delivery) => {
        const isRepeated = known.has(delivery.id);
        known.add(delivery.id);
        return isRepeated ? { ...delivery, id: nextId() } : delivery;
      });
    },
  },
  {
    title: 'lets a late delivery bring back what was removed',
    noticedBy: 'removal of messages',
    breakStore: (store, nextId) => {
      const { mailboxes } = withDelivery(store, (delivery) =>
        removed.has(delivery.id) ? { ...delivery, id: nextId() } : delivery,
      );
      return overlay(store, {
        mailboxes: overlay(mailboxes, {
          remove: (address, entries, budget) => {
            for (const { id } of entries) removed.add(id);
            return store.mailboxes.remove(address, entries, budget);
          },
        }),
      });
    },
  },
  {
    title: 'loses the other recipients when one of them fails, and calls it a refusal',
    noticedBy: 'faults in mail',
    breakStore: (store) =>
      overlay(store, {
        mailboxes: overlay(store.mailboxes, {
          deliver: async (delivery, budget) => {
            for (const address of delivery.to) {
              await store.mailboxes.deliver({ ...delivery, to: [address] }, budget);
            }
          },
        }),
      }),
  },
  {
    title: 'lists no more than a mailbox\u{2019}s first page',
    noticedBy: 'mailboxes',
    breakStore: (store) =>
      overlay(store, {
        mailboxes: overlay(store.mailboxes, {
          list: async function* (address, budget, options) {
            for await (const page of store.mailboxes.list(address, budget, options)) {
              yield page.slice(0, 500);
              return;
            }
          },
        }),
      }),
  },
  {
    title: 'gives a large body up when its first holder lets go',
    noticedBy: 'large bodies',
    breakStore: (store) =>
      overlay(store, {
        bodies: overlay(store.bodies, {
          release: (body, _holders, budget) => store.bodies.discard(body, budget),
        }),
      }),
  },
  {
    title: 'loses the last chunk of a large body',
    noticedBy: 'large bodies',
    breakStore: (store) =>
      overlay(store, {
        bodies: overlay(store.bodies, {
          read: async function* (body, budget) {
            let held: Uint8Array | undefined;
            for await (const chunk of store.bodies.read(body, budget)) {
              if (held !== undefined) yield held;
              held = chunk;
            }
          },
        }),
      }),
  },
  {
    title: 'grants a mailbox to whoever claims it',
    noticedBy: 'claims',
    breakStore: (store) =>
      overlay(store, {
        claims: overlay(store.claims, {
          claim: async (address, worker, budget) => {
            await store.claims.claim(address, worker, budget);
            return 'granted';
          },
        }),
      }),
  },
  {
    title: 'takes a lease over whatever has become of it since it was seen',
    noticedBy: 'leases',
    breakStore: (store) => {
      const { leases } = store.queue;
      const takeOver: typeof leases.takeOver = async (seen, owner, ownerUrl, budget) => {
        const current = await leases.current(seen.queue, budget);
        return leases.takeOver(current ?? seen, owner, ownerUrl, budget);
      };
      return overlay(store, { queue: overlay(store.queue, { leases: overlay(leases, { takeOver }) }) });
    },
  },
  {
    title: 'changes an account whatever has become of it since it was read',
    noticedBy: 'accounts',
    breakStore: (store) => {
      const { accounts } = store;
      const change: typeof accounts.change = async (account, settings, budget) => {
        const current = await accounts.read(account.login, budget);
        return accounts.change(current ?? account, settings, budget);
      };
      return overlay(store, { accounts: overlay(accounts, { change }) });
    },
  },
  {
    title: 'forgets to keep what is deferred',
    noticedBy: 'the relay queue',
    breakStore: (store) =>
      overlay(store, {
        queue: overlay(store.queue, {
          settle: (slice, { done }, stamp, budget) =>
            store.queue.settle(slice, { done, deferred: [] }, stamp, budget),
        }),
      }),
  },
];

/** Broken in no way: what shows that the others fail for what they do, and not for how they are made. */
export function sound(store: Store): Store {
  return overlay(store, {
    mailboxes: overlay(store.mailboxes, {}),
    bodies: overlay(store.bodies, {}),
    queue: overlay(store.queue, { leases: overlay(store.queue.leases, {}) }),
  });
}

/** The real thing, with some of its parts or methods replaced. */
function overlay<T extends object>(real: T, changed: Partial<T>): T {
  return new Proxy(real, {
    get: (target, key) => {
      const replaced: unknown = Reflect.get(changed, key);
      return replaced ?? boundMember(target, key);
    },
  });
}

function boundMember(target: object, key: string | symbol): unknown {
  const member: unknown = Reflect.get(target, key, target);
  return typeof member === 'function' ? member.bind(target) : member;
}

function withDelivery(store: Store, change: (delivery: Delivery) => Delivery): Store {
  return overlay(store, {
    mailboxes: overlay(store.mailboxes, {
      deliver: (delivery, budget) => store.mailboxes.deliver(change(delivery), budget),
    }),
  });
}

/** Whoever writes last wins, since every write pretends to be of the lease as it stands and later than all before. */
function queueWithoutEpochs(store: Store): Store['queue'] {
  const { queue } = store;
  let writes = 1_000_000;
  const latest = async (id: Parameters<typeof queue.slices>[0], budget: Budget): Promise<Stamp> => {
    const lease = await queue.leases.current(id, budget);
    writes += 1;
    return { epoch: lease?.epoch ?? 1, n: writes };
  };
  return overlay(queue, {
    openSlice: async (slice, _stamp, budget) =>
      queue.openSlice(slice, await latest(slice.queue, budget), budget),
    append: async (slice, items, _stamp, budget) =>
      queue.append(slice, items, await latest(slice.queue, budget), budget),
    settle: async (slice, settlement, _stamp, budget) =>
      queue.settle(slice, settlement, await latest(slice.queue, budget), budget),
    dropSlice: async (slice, _stamp, budget) =>
      queue.dropSlice(slice, await latest(slice.queue, budget), budget),
  });
}

/** Every budget that is handed in is replaced by an ample one. */
function withoutDeadlines<T extends object>(real: T): T {
  return new Proxy(real, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member === 'function')
        return (...given: unknown[]): unknown => member.apply(target, given.map(ampleBudget));
      return typeof member === 'object' && member !== null ? withoutDeadlines(member) : member;
    },
  });
}

function ampleBudget(argument: unknown): unknown {
  return argument instanceof Budget ? Budget.of(systemClock, 60_000) : argument;
}
