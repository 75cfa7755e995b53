// A queue store in memory, for tests of what is above it: it keeps what the contract promises, counts what it was asked,
// and can be told to fail a statement, before or after its effect, or to hold it until the test lets it go.
import { Failure, type FailureCode } from '../../../src/base/failure.js';
import type { TimeUuid } from '../../../src/base/time-uuid.js';
import type { LeaseStore, QueueStore, Settlement } from '../../../src/store/api/queue.js';
import type {
  DamagedItem,
  Lease,
  QueueId,
  RecoveredItem,
  RelayItem,
  Slice,
  SmallBody,
  Stamp,
} from '../../../src/store/types.js';

type Fault = { readonly code: FailureCode; readonly isApplied: boolean };

export interface Written {
  readonly statement: string;
  readonly stamp: Stamp;
  readonly slice: Slice;
}

export class MemoryQueueStore implements QueueStore {
  readonly statements: string[] = [];
  readonly written: Written[] = [];
  readonly damaged = new Set<TimeUuid>();
  readonly #slices = new Map<string, { slice: Slice; items: Map<TimeUuid, RelayItem> }>();
  readonly #done = new Set<TimeUuid>();
  readonly #bodiless = new Set<TimeUuid>();
  readonly #leases = new Map<QueueId, Lease>();
  readonly #faults = new Map<string, Fault[]>();
  readonly #alwaysFailing = new Map<string, FailureCode>();
  readonly #before = new Map<string, () => void>();
  readonly #held = new Map<string, (() => void)[]>();
  readonly leases: LeaseStore = this.#leaseStore();

  /** The next statement of this name fails so. */
  failNext(statement: string, code: FailureCode, isApplied = false): void {
    this.#faults.set(statement, [...(this.#faults.get(statement) ?? []), { code, isApplied }]);
  }

  /** Called each time before a statement of this name takes effect. */
  before(statement: string, action: () => void): void {
    this.#before.set(statement, action);
  }

  failAll(statement: string, code: FailureCode | undefined): void {
    if (code === undefined) this.#alwaysFailing.delete(statement);
    else this.#alwaysFailing.set(statement, code);
  }

  /** Statements of this name wait, before their effect, until they are let go. */
  hold(statement: string): void {
    this.#held.set(statement, []);
  }

  /** What is held of this name goes on, and what comes is not held any more. */
  letGo(statement: string): void {
    const held = this.#held.get(statement) ?? [];
    this.#held.delete(statement);
    for (const go of held) go();
  }

  countOf(statement: string): number {
    return this.statements.filter((name) => name === statement).length;
  }

  get items(): readonly RelayItem[] {
    return [...this.#slices.values()].flatMap(({ items }) => Array.from(items.values()));
  }

  get openSlices(): readonly Slice[] {
    return [...this.#slices.values()].map(({ slice }) => slice);
  }

  lease(queue: QueueId): Lease | undefined {
    return this.#leases.get(queue);
  }

  get allLeases(): readonly Lease[] {
    return [...this.#leases.values()];
  }

  /** Somebody else takes it, whoever has it. */
  snatch(queue: QueueId, owner = 'another'): Lease {
    const lease = this.#leases.get(queue);
    if (lease === undefined) throw new Error('no such queue');
    const taken = { ...lease, owner, ownerUrl: '', epoch: lease.epoch + 1, lowestLiveSlice: 0 };
    this.#leases.set(queue, taken);
    return taken;
  }

  async openSlice(slice: Slice, stamp: Stamp): Promise<void> {
    await this.#run('queue.open-slice', () => {
      this.written.push({ statement: 'queue.open-slice', stamp, slice });
      const key = keyOf(slice);
      if (!this.#slices.has(key)) this.#slices.set(key, { slice, items: new Map() });
    });
  }

  async append(slice: Slice, items: readonly RelayItem[], stamp: Stamp): Promise<void> {
    await this.#run('queue.append', () => {
      this.written.push({ statement: 'queue.append', stamp, slice });
      const found = this.#slices.get(keyOf(slice));
      if (found === undefined) throw new Failure('slice-dropped', 'it is not in the directory');
      for (const item of items) if (!this.#done.has(item.id)) found.items.set(item.id, item);
    });
  }

  async settle(slice: Slice, { done, deferred }: Settlement, stamp: Stamp): Promise<void> {
    await this.#run('queue.settle', () => {
      this.written.push({ statement: 'queue.settle', stamp, slice });
      const items = this.#slices.get(keyOf(slice))?.items;
      for (const id of done) {
        this.#done.add(id);
        items?.delete(id);
      }
      for (const { id, state } of deferred) {
        const item = items?.get(id);
        if (item !== undefined) items?.set(id, { ...item, state });
      }
    });
  }

  async dropSlice(slice: Slice, stamp: Stamp): Promise<void> {
    await this.#run('queue.drop-slice', () => {
      this.written.push({ statement: 'queue.drop-slice', stamp, slice });
      this.#slices.delete(keyOf(slice));
    });
  }

  slices(queue: QueueId): Promise<readonly Slice[]> {
    return this.#run('queue.slices', () => this.openSlices.filter((slice) => slice.queue === queue));
  }

  async *recover(slices: readonly Slice[]): AsyncGenerator<readonly (RecoveredItem | DamagedItem)[]> {
    for (const slice of slices) {
      const items = [...(this.#slices.get(keyOf(slice))?.items.values() ?? [])];
      for (let at = 0; at < items.length; at += 2) {
        yield await this.#run('queue.recover', () =>
          items.slice(at, at + 2).map((item) => this.#recovered(slice, item)),
        );
      }
    }
  }

  readBody(slice: Slice, item: TimeUuid): Promise<SmallBody> {
    return this.#run('queue.read-body', () => {
      const body = this.#slices.get(keyOf(slice))?.items.get(item)?.body;
      if (body?.kind === 'small' && !this.#bodiless.has(item)) return body;
      throw new Failure('body-missing', 'no such body');
    });
  }

  /** As a late write of its former owner leaves it. */
  loseBody(id: TimeUuid): void {
    this.#bodiless.add(id);
  }

  #recovered(slice: Slice, item: RelayItem): RecoveredItem | DamagedItem {
    const { id, envelope, state, body } = item;
    if (this.damaged.has(id)) return { id, slice, damage: new Failure('record-damaged', 'not one of ours') };
    const sizeBytes = body.kind === 'small' ? body.bytes.length : 0;
    return { id, slice, envelope, state, body: body.kind === 'small' ? { kind: 'small', sizeBytes } : body };
  }

  async #run<T>(statement: string, effect: () => T): Promise<T> {
    this.statements.push(statement);
    const held = this.#held.get(statement);
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve));
    this.#before.get(statement)?.();
    const always = this.#alwaysFailing.get(statement);
    const fault = this.#faults.get(statement)?.shift();
    if (fault?.isApplied === true) effect();
    const code = fault?.code ?? always;
    if (code !== undefined) throw new Failure(code, `${statement} fails for the test`);
    return effect();
  }

  #leaseStore(): LeaseStore {
    const stands = (lease: Lease): boolean => {
      const found = this.#leases.get(lease.queue);
      return found?.epoch === lease.epoch && found.heartbeat === lease.heartbeat;
    };
    const put = (lease: Lease): Lease => {
      this.#leases.set(lease.queue, lease);
      return lease;
    };
    return {
      create: (queue, owner, ownerUrl) =>
        this.#run('leases.create', () =>
          put({ queue, owner, ownerUrl, epoch: 1, heartbeat: 0, lowestLiveSlice: 0 }),
        ),
      renew: (lease, lowestLiveSlice) =>
        this.#run('leases.renew', () =>
          stands(lease) ? put({ ...lease, lowestLiveSlice, heartbeat: lease.heartbeat + 1 }) : 'lost',
        ),
      takeOver: (seen, owner, ownerUrl) =>
        this.#run('leases.take-over', () =>
          stands(seen)
            ? put({ ...seen, owner, ownerUrl, epoch: seen.epoch + 1, lowestLiveSlice: 0 })
            : 'lost',
        ),
      end: (lease) =>
        this.#run('leases.end', () => {
          if (!stands(lease)) return 'lost';
          this.#leases.delete(lease.queue);
          return 'ended';
        }),
      current: (queue) => this.#run('leases.current', () => this.#leases.get(queue)),
      list: () => this.#run('leases.list', () => this.allLeases),
    };
  }
}

function keyOf({ queue, epoch, number }: Slice): string {
  return `${queue}/${epoch}/${number}`;
}
