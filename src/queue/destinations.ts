// All that waits for delivery, by destination. Says of a destination that had nothing due when it may have something.
import type { Clock, Timers } from '../base/clock.js';
import { DestinationList } from './destination-list.js';
import { DueAlarm } from './due-alarm.js';
import type { QueuedItem } from './queued-item.js';

export interface DestinationsParts {
  readonly clock: Clock;
  readonly timers: Timers;
}

export class Destinations {
  readonly #clock: Clock;
  readonly #lists = new Map<string, DestinationList>();
  readonly #alarm: DueAlarm;
  readonly #listeners: ((destination: string) => void)[] = [];
  #isStopped = false;

  constructor(parts: DestinationsParts) {
    this.#clock = parts.clock;
    this.#alarm = new DueAlarm(parts, (destination) => this.#rang(destination));
  }

  onDue(listener: (destination: string) => void): void {
    this.#listeners.push(listener);
  }

  names(): Iterable<string> {
    return this.#lists.keys();
  }

  add(item: QueuedItem): void {
    const { destination } = item.envelope;
    const list = this.#listOf(destination);
    const nowMs = this.#clock.wallMs();
    const hadDue = list.next(nowMs) !== undefined;
    list.add(item);
    this.#setAlarm(destination, list, nowMs);
    if (!hadDue && list.next(nowMs) !== undefined) this.#tell(destination);
  }

  take(destination: string): QueuedItem | undefined {
    const list = this.#lists.get(destination);
    const nowMs = this.#clock.wallMs();
    const next = list?.next(nowMs);
    // Its lease is about to be renewed, or lost: then everybody is told again.
    if (list === undefined || this.#isStopped || next?.owner.mayDeliver() !== true) return undefined;
    const item = list.take(nowMs);
    this.#setAlarm(destination, list, nowMs);
    return item;
  }

  /** One that was taken will not be tried again. */
  leave(item: QueuedItem): void {
    const { destination } = item.envelope;
    const list = this.#lists.get(destination);
    list?.landed();
    if (list?.isEmpty === true) this.#lists.delete(destination);
  }

  /** One that was taken is to be tried again, as its state says now. */
  again(item: QueuedItem): void {
    this.#lists.get(item.envelope.destination)?.landed();
    this.add(item);
  }

  /** One that was taken is as it was before. */
  putBack(item: QueuedItem): void {
    const { destination } = item.envelope;
    const list = this.#listOf(destination);
    list.landed();
    list.add(item);
    this.#setAlarm(destination, list, this.#clock.wallMs());
  }

  /** What is in flight stays, until it leaves; what stood behind the others is announced, or waits for its time. */
  keepOnly(isKept: (item: QueuedItem) => boolean): void {
    for (const [destination, list] of this.#lists) {
      list.keepOnly(isKept);
      if (list.isEmpty) this.#lists.delete(destination);
    }
    this.tellAll();
  }

  /** Something that kept what is due from being taken has changed. */
  tellAll(): void {
    const nowMs = this.#clock.wallMs();
    const due: string[] = [];
    for (const [destination, list] of this.#lists) {
      this.#setAlarm(destination, list, nowMs);
      if (list.next(nowMs) !== undefined) due.push(destination);
    }
    for (const destination of due) this.#tell(destination);
  }

  /** Nothing is given out any more. */
  stop(): void {
    this.#isStopped = true;
    this.#alarm.stop();
  }

  #listOf(destination: string): DestinationList {
    let list = this.#lists.get(destination);
    if (list === undefined) {
      list = new DestinationList();
      this.#lists.set(destination, list);
    }
    return list;
  }

  #rang(destination: string): void {
    const list = this.#lists.get(destination);
    if (list === undefined) return;
    const nowMs = this.#clock.wallMs();
    this.#setAlarm(destination, list, nowMs);
    if (list.next(nowMs) !== undefined) this.#tell(destination);
  }

  /** While a retry is due none is needed: whoever takes it sets it for the one after. */
  #setAlarm(destination: string, list: DestinationList, nowMs: number): void {
    const { nextRetryAtMs } = list;
    if (this.#isStopped) return;
    if (nextRetryAtMs !== undefined && nextRetryAtMs > nowMs) this.#alarm.set(destination, nextRetryAtMs);
  }

  #tell(destination: string): void {
    for (const listener of this.#listeners) listener(destination);
  }
}
