// A queue that keeps nothing but what a test puts in, with the promises of a real one: in order, due when due, each item
// settled exactly once.
import { TimeUuidSource, type TimeUuid } from '../../../../src/base/time-uuid.js';
import type { DeliveryQueue, LiveItem } from '../../../../src/queue/relay-queue.js';
import type { MessageBody, RelayRecipient, RelayState } from '../../../../src/store/types.js';
import type { VirtualTime } from '../../../virtual-time.js';

export class MemoryQueue implements DeliveryQueue {
  readonly finished: TimeUuid[] = [];
  /** Of each item, how often it was deferred. */
  readonly deferrals = new Map<TimeUuid, number>();
  isOurs = true;
  readonly #time: VirtualTime;
  readonly #ids: TimeUuidSource;
  readonly #waiting: LiveItem[] = [];
  readonly #inFlight = new Set<TimeUuid>();
  #listener: (destination: string) => void = () => undefined;

  constructor(time: VirtualTime) {
    this.#time = time;
    this.#ids = new TimeUuidSource(time, { bytes: (count) => new Uint8Array(count), fraction: () => 0 });
  }

  get left(): number {
    return this.#waiting.length + this.#inFlight.size;
  }

  add(destination: string, addresses: readonly string[], parameters: Record<string, string> = {}): TimeUuid {
    const id = this.#ids.next();
    const acceptedAtMs = this.#time.wallMs();
    const recipients = addresses.map((address): RelayRecipient => ({ address, parameters }));
    this.#waiting.push({
      id,
      envelope: { message: id, destination, sender: 'anne@example.com', acceptedAtMs, parameters: {} },
      state: { recipients, attempts: 0, nextAttemptAtMs: acceptedAtMs },
      sizeBytes: 100,
    });
    this.#listener(destination);
    return id;
  }

  stateOf(id: TimeUuid): RelayState | undefined {
    return this.#waiting.find((item) => item.id === id)?.state;
  }

  onDue(listener: (destination: string) => void): void {
    this.#listener = listener;
  }

  destinations(): Iterable<string> {
    return new Set(this.#waiting.map(({ envelope }) => envelope.destination));
  }

  take(destination: string): LiveItem | undefined {
    const nowMs = this.#time.wallMs();
    const at = this.#waiting.findIndex(
      ({ envelope, state }) => envelope.destination === destination && state.nextAttemptAtMs <= nowMs,
    );
    if (at < 0) return undefined;
    const [item] = this.#waiting.splice(at, 1);
    if (item !== undefined) this.#inFlight.add(item.id);
    return item;
  }

  async content(): Promise<MessageBody> {
    return { kind: 'small', bytes: Buffer.from('Subject: x\r\n\r\nHello\r\n') };
  }

  mayDeliver(): boolean {
    return this.isOurs;
  }

  done(item: LiveItem): void {
    this.#land(item);
    this.finished.push(item.id);
  }

  defer(item: LiveItem, state: RelayState): void {
    this.#land(item);
    this.deferrals.set(item.id, (this.deferrals.get(item.id) ?? 0) + 1);
    this.#waiting.push({ ...item, state });
    const waitMs = Math.max(0, state.nextAttemptAtMs - this.#time.wallMs());
    this.#time.after(waitMs, () => this.#listener(item.envelope.destination));
  }

  putBack(item: LiveItem): void {
    this.#land(item);
    this.#waiting.unshift(item);
  }

  #land({ id }: LiveItem): void {
    if (!this.#inFlight.delete(id)) throw new Error(`${id} was not in flight`);
  }
}
