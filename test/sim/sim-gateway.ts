// A gateway of the simulation: the live relay queue and its observer as the product has them, clients that submit, and a
// relay that sends to remote hosts which take their time, say later, or cannot be reached.
import { Budget } from '../../src/base/budget.js';
import { failureOf } from '../../src/base/failure.js';
import type { Log } from '../../src/base/log.js';
import { Metrics } from '../../src/base/metrics.js';
import type { Random } from '../../src/base/random.js';
import { TimeUuidSource } from '../../src/base/time-uuid.js';
import { LeaseObserver } from '../../src/queue/lease-observer.js';
import { LiveRelayQueue } from '../../src/queue/live-relay-queue.js';
import { QueuedItem } from '../../src/queue/queued-item.js';
import type { LiveItem, NewItem, StoredItems } from '../../src/queue/relay-queue.js';
import { TakeOver } from '../../src/queue/take-over.js';
import type { QueueStore } from '../../src/store/api/queue.js';
import type { Ledger } from './ledger.js';
import { SimProcess } from './sim-process.js';
import { SimQueueStore } from './sim-queue-store.js';
import { short, type SimRing } from './sim-ring.js';
import type { World } from './world.js';

/** One of them says later most of the time: what is in flight for long sees more than one owner. */
export class RemoteHosts {
  isMended = false;

  laterChance(destination: string): number {
    if (this.isMended) return 0.05;
    return destination === SLOW_DESTINATION ? 0.8 : 0.15;
  }

  laterMs(destination: string): readonly [number, number] {
    return destination === SLOW_DESTINATION && !this.isMended ? [2_000, 12_000] : [500, 4_000];
  }
}

export interface GatewayParts {
  readonly world: World;
  readonly ring: SimRing;
  readonly ledger: Ledger;
  readonly remote: RemoteHosts;
  /** What a sabotage puts between the product and its store. */
  readonly wrap: (store: QueueStore) => QueueStore;
}

const SLOW_DESTINATION = 'slow.example';
const DESTINATIONS = ['a.example', 'b.example', SLOW_DESTINATION];
const AT_ONCE = 2;
const PATIENCE_MS = 8_000;
/** One for all: what they count is not looked at here, and making them takes time. */
const metrics = new Metrics();

export class SimGateway {
  readonly process: SimProcess;
  readonly #parts: GatewayParts;
  readonly #queue: LiveRelayQueue;
  readonly #observer: LeaseObserver;
  readonly #ids: TimeUuidSource;
  readonly #inFlight = new Map<string, number>();
  readonly #lastTaken = new Map<string, number>();
  #isStopping = false;

  constructor(name: string, parts: GatewayParts) {
    this.#parts = parts;
    const { world, ring, ledger } = parts;
    this.process = new SimProcess(name, world);
    const onSettled = ledger.settled.bind(ledger);
    const raw = new SimQueueStore({ world, ring, process: this.process, watch: { onSettled } });
    const store = parts.wrap(raw);
    const shared = {
      clock: this.process,
      timers: this.process,
      random: randomOf(world),
      log: this.#log(),
      metrics,
    };
    const identity = { owner: name, ownerUrl: `http://${name}` };
    this.#ids = new TimeUuidSource(this.process, shared.random);
    this.#queue = new LiveRelayQueue({ ...shared, ...identity, store, bodies: NO_LARGE_BODIES });
    this.#observer = new LeaseObserver({
      ...shared,
      leases: store.leases,
      takeOver: new TakeOver({ ...identity, leases: store.leases, clock: this.process }),
      adopter: this.#queue,
    });
    this.#queue.onDue((destination) => this.#pump(destination));
    this.#observer.start();
  }

  get isUp(): boolean {
    return !this.process.isDead && !this.#isStopping;
  }

  /** A client sends a message; it waits as long as clients do. */
  submit(): void {
    this.process.run(() => void this.#submit());
  }

  kill(): void {
    this.#parts.world.tell(() => `${this.process.name} is killed`);
    this.process.die();
  }

  /** As the node does it: no new mail, what is being sent is finished, the queues are handed over. */
  stop(): void {
    this.#parts.world.tell(() => `${this.process.name} stops`);
    this.#isStopping = true;
    this.process.run(() => void this.#stop());
  }

  async #stop(): Promise<void> {
    this.#observer.stop();
    await this.process.sleep(1_500);
    await this.#queue.stop(Budget.of(this.process, 5_000));
    this.process.die();
  }

  async #submit(): Promise<void> {
    const { ledger, world } = this.#parts;
    const count = world.happens(0.3) ? 2 : 1;
    const items = Array.from({ length: count }, () => this.#newItem(world.pick(DESTINATIONS)));
    ledger.submitted(items);
    let stored: StoredItems;
    try {
      this.#queue.assertOpen();
      stored = await this.#queue.store(items, Budget.of(this.process, PATIENCE_MS));
    } catch (error) {
      const { kind, code } = failureOf(error);
      const isInDoubt = kind === 'uncertain' || code === 'lease-lost';
      ledger.answered(items, isInDoubt ? 'in-doubt' : 'refused');
      world.tell(() => `${this.process.name}  client hears ${code} for ${namesOf(items)}`);
      return;
    }
    await this.process.sleep(world.between(0, 5)); // what else the message needs
    if (world.happens(0.05)) {
      ledger.answered(items, 'in-doubt'); // nobody has it, unless this process loses its lease before it is taken back
      stored.withdraw();
      return;
    }
    ledger.answered(items, 'accepted');
    world.tell(() => `${this.process.name}  client hears 250 for ${namesOf(items)}`);
    stored.release();
  }

  #pump(destination: string): void {
    while ((this.#inFlight.get(destination) ?? 0) < AT_ONCE && !this.#isStopping) {
      const item = this.#queue.take(destination);
      if (item === undefined) return;
      this.#checkOrder(destination, item);
      this.#inFlight.set(destination, (this.#inFlight.get(destination) ?? 0) + 1);
      void this.#send(destination, item);
    }
  }

  async #send(destination: string, item: LiveItem): Promise<void> {
    const { world } = this.#parts;
    if (world.happens(0.05)) {
      this.#queue.putBack(item);
      await this.process.sleep(world.between(100, 1_000)); // no connection now
    } else {
      await this.#attempt(item);
    }
    this.#inFlight.set(destination, (this.#inFlight.get(destination) ?? 0) - 1);
    this.#pump(destination);
  }

  async #attempt(item: LiveItem): Promise<void> {
    const { world, ledger, remote } = this.#parts;
    const { slice } = asQueued(item);
    try {
      await this.#queue.content(item, Budget.of(this.process, PATIENCE_MS));
    } catch (error) {
      if (failureOf(error).code !== 'item-finished') this.#defer(item, 'no body now');
      return;
    }
    if (!this.#queue.mayDeliver(item)) {
      this.#defer(item, 'not ours to send now');
      return;
    }
    world.tell(() => `${this.process.name}  sends ${short(item.id)}`);
    ledger.began(item.id, slice.name, this.process.name);
    await this.process.sleep(world.happens(0.1) ? world.between(500, 12_000) : world.between(2, 100));
    if (!this.#queue.mayDeliver(item) || world.happens(remote.laterChance(item.envelope.destination))) {
      this.#defer(item, 'the remote host says later');
      return;
    }
    ledger.owned(item.id, slice.name, this.process.name);
    ledger.delivered(item.id);
    world.tell(() => `${this.process.name}  has sent ${short(item.id)}`);
    await this.process.sleep(world.between(0, 20)); // the remote host's 250 on its way
    this.#queue.done(item);
  }

  #defer(item: LiveItem, lastReply: string): void {
    const { world, remote } = this.#parts;
    const nextAttemptAtMs =
      this.process.wallMs() + world.between(...remote.laterMs(item.envelope.destination));
    this.#queue.defer(item, { ...item.state, attempts: item.state.attempts + 1, nextAttemptAtMs, lastReply });
  }

  /** Of what was accepted here, the first time it is taken. */
  #checkOrder(destination: string, item: LiveItem): void {
    const { owner, order, state } = asQueued(item);
    if (owner.isAdopted || state.attempts > 0) return;
    const last = this.#lastTaken.get(destination) ?? -1;
    if (order < last && !this.#wasTaken.has(item)) {
      this.#parts.world.wrong(`${short(item.id)} is tried after one that was accepted later`);
    }
    this.#wasTaken.add(item);
    this.#lastTaken.set(destination, Math.max(last, order));
  }

  readonly #wasTaken = new WeakSet<LiveItem>();

  #newItem(destination: string): NewItem {
    const id = this.#ids.next();
    return {
      id,
      envelope: {
        message: id,
        destination,
        sender: 'me@example.com',
        acceptedAtMs: this.process.wallMs(),
        parameters: {},
      },
      recipients: [{ address: `you@${destination}`, parameters: {} }],
      body: BODY,
    };
  }

  #log(): Log {
    const { world } = this.#parts;
    const log: Log = {
      write: (event, fields = {}) =>
        world.tell(() => `${this.process.name}  ${event} ${Object.values(fields).map(String).join(' ')}`),
      with: () => log,
    };
    return log;
  }
}

const BODY = { kind: 'small', bytes: Buffer.from('Subject: x\r\n\r\n') } as const;

const NO_LARGE_BODIES = {
  read: (): never => {
    throw new Error('the simulation has small bodies only');
  },
  release: (): never => {
    throw new Error('the simulation has small bodies only');
  },
};

function asQueued(item: LiveItem): QueuedItem {
  if (item instanceof QueuedItem) return item;
  throw new Error('an item of another kind');
}

function namesOf(items: readonly NewItem[]): string {
  return items.map(({ id }) => short(id)).join(',');
}

function randomOf(world: World): Random {
  return {
    fraction: () => world.fraction(),
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(world.fraction() * 256)),
  };
}
