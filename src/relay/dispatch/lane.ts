// One destination: begins as many attempts as it may have at the moment, in the order the queue gives, and keeps what is
// known of it: how wide it is open, when it was last dead, how fast it may be fed. While it is dead, what falls due is
// put off without being tried, so that warnings and the end of patience come in time.
import type { Cancel, Clock, Timers } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import type { Random } from '../../base/random.js';
import type { DeliveryQueue, LiveItem } from '../../queue/relay-queue.js';
import type { Diagnosis } from '../attempt.js';
import { Opening } from './opening.js';
import { Rate } from './rate.js';

/** What one destination is given, by this process. */
export interface LaneSettings {
  readonly connections: number;
  /** May be infinite. */
  readonly messagesPerSecond: number;
  readonly isSuspended: boolean;
  /** The longest that a dead destination is left alone. */
  readonly longestPauseMs: number;
}

/** What became of an attempt, as far as the destination matters to the next ones. */
export type LaneLesson =
  | { readonly kind: 'reached' }
  | { readonly kind: 'dead'; readonly reason: Diagnosis }
  /** It was no attempt at the destination. */
  | { readonly kind: 'none' }
  /** Nothing may be delivered at the moment. */
  | { readonly kind: 'not-ours' };

export interface LaneParts {
  readonly queue: Pick<DeliveryQueue, 'take'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly settings: (destination: string) => LaneSettings;
  /** Room for one attempt more in the whole process; without it the lane is called again when there is. */
  readonly enter: (lane: Lane) => boolean;
  readonly leave: () => void;
  /** Nothing is under way, and nothing is known that is worth keeping. */
  readonly rest: () => void;
  /** Never fails. */
  readonly attempt: (item: LiveItem) => Promise<LaneLesson>;
  readonly putOff: (item: LiveItem, reason: Diagnosis, untilMs: number) => void;
}

/** Put off in one go; then others have a turn. */
const PUT_OFF_AT_ONCE = 200;
/** A lease in doubt is renewed or lost within seconds. */
const NOT_OURS_MS = 500;

export class Lane {
  readonly destination: string;
  readonly #parts: LaneParts;
  readonly #opening: Opening;
  readonly #rate: Rate;
  #active = 0;
  #alarm: { readonly atMs: number; readonly cancel: Cancel } | undefined;

  constructor(destination: string, parts: LaneParts) {
    this.destination = destination;
    this.#parts = parts;
    this.#opening = new Opening(parts.random);
    this.#rate = new Rate(parts.clock.monotonicMs());
  }

  get view(): {
    readonly active: number;
    readonly width: number;
    readonly closedBecause: Diagnosis | undefined;
  } {
    const { clock, settings } = this.#parts;
    const width = this.#opening.width(settings(this.destination).connections);
    return { active: this.#active, width, closedBecause: this.#opening.closure(clock.monotonicMs())?.reason };
  }

  /** Begins what may be begun. Called whenever that may have changed. */
  run(): void {
    this.#beginAll();
    if (this.#active > 0 || this.#alarm !== undefined) return;
    const { clock, settings, rest } = this.#parts;
    const nowMs = clock.monotonicMs();
    const untilMs = this.#opening.remembersUntilMs(settings(this.destination).longestPauseMs);
    if (nowMs < untilMs) this.#wakeAt(untilMs, nowMs);
    else rest();
  }

  /** An operator knows better than what was learnt. */
  reopen(): void {
    this.#opening.reopen();
    this.run();
  }

  stop(): void {
    this.#alarm?.cancel();
    this.#alarm = undefined;
  }

  #beginAll(): void {
    const { clock, settings } = this.#parts;
    const nowMs = clock.monotonicMs();
    const given = settings(this.destination);
    if (given.isSuspended) return;
    const closure = this.#opening.closure(nowMs);
    if (closure !== undefined) {
      this.#putOff(closure);
      this.#wakeAt(closure.untilMs, nowMs);
      return;
    }
    while (this.#active < this.#opening.width(given.connections)) {
      const waitMs = this.#rate.waitMs(given.messagesPerSecond, nowMs);
      if (waitMs > 0) {
        this.#wakeAt(nowMs + waitMs, nowMs);
        return;
      }
      if (!this.#begin()) break;
    }
    const restMs = this.#rate.waitMs(given.messagesPerSecond, nowMs); // a lane that is forgotten forgets its rate
    if (restMs > 0) this.#wakeAt(nowMs + restMs, nowMs);
  }

  #begin(): boolean {
    const { queue, enter, leave } = this.#parts;
    if (!enter(this)) return false;
    const item = queue.take(this.destination);
    if (item === undefined) {
      leave();
      return false;
    }
    this.#rate.take();
    this.#active += 1;
    void this.#attempt(item);
    return true;
  }

  async #attempt(item: LiveItem): Promise<void> {
    const { clock, attempt, leave } = this.#parts;
    const beganAtMs = clock.monotonicMs();
    const lesson = await attempt(item);
    this.#active -= 1;
    this.#learn(lesson, beganAtMs);
    leave();
    if (lesson.kind === 'not-ours') this.#wakeAt(clock.monotonicMs() + NOT_OURS_MS, clock.monotonicMs());
    else this.run();
  }

  #learn(lesson: LaneLesson, beganAtMs: number): void {
    const { clock, log, settings } = this.#parts;
    const { destination } = this;
    const { connections, longestPauseMs } = settings(destination);
    if (lesson.kind === 'reached') {
      if (this.#opening.reached(connections)) log.write('relay.destination-back', { destination });
    } else if (lesson.kind === 'dead') {
      const { reason } = lesson;
      const nowMs = clock.monotonicMs();
      if (!this.#opening.dead({ reason, beganAtMs, nowMs, longestPauseMs })) return;
      log.write('relay.destination-dead', { destination, host: reason.host, says: reason.says });
    }
  }

  #putOff({ reason, untilMs }: { readonly reason: Diagnosis; readonly untilMs: number }): void {
    const { queue, putOff, timers } = this.#parts;
    for (let count = 0; count < PUT_OFF_AT_ONCE; count += 1) {
      const item = queue.take(this.destination);
      if (item === undefined) return;
      putOff(item, reason, untilMs);
    }
    timers.after(0, () => this.run());
  }

  #wakeAt(atMs: number, nowMs: number): void {
    if (this.#alarm !== undefined && this.#alarm.atMs <= atMs) return;
    this.#alarm?.cancel();
    const cancel = this.#parts.timers.after(Math.max(1, atMs - nowMs), () => {
      this.#alarm = undefined;
      this.run();
    });
    this.#alarm = { atMs, cancel };
  }
}
