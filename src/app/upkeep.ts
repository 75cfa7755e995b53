// What a store needs done now and then and nobody waits for: once a day, large bodies that nobody holds any more are
// swept away. One node does it for all that share the store: the first by name of those which said lately that they are
// there. The first time is drawn at random within a day, so that nodes whose clocks or views differ do not sweep at once;
// two that sweep do no harm, and what a day without a sweep leaves is removed on the next.
import { Budget } from '../base/budget.js';
import type { Cancel, Clock, Timers } from '../base/clock.js';
import { failureOf } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import type { BodyStore } from '../store/api/bodies.js';
import type { NodeStore } from '../store/api/nodes.js';
import type { NodeRecord } from '../store/types.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A sweep that takes longer ends there, and the next day's begins somewhere else: what is gone is gone. */
const SWEEP_MS = 60 * 60 * 1000;
/** Many heartbeats, and more than two clocks of machines that may work on one ring differ. */
const SAID_LATELY_MS = 10 * 60 * 1000;
const LIST_MS = 30_000;

export interface UpkeepParts {
  readonly bodies: Pick<BodyStore, 'sweep'>;
  readonly nodes: Pick<NodeStore, 'list'>;
  /** As the heartbeat announces it. */
  readonly nodeName: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

export class Upkeep {
  readonly #parts: UpkeepParts;
  #cancelNext: Cancel | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#planNext(this.#parts.random.fraction() * DAY_MS);
  }

  /** Waits for a sweep that is under way; closing the store makes it end soon. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelNext?.();
    await this.#underWay;
  }

  #planNext(ms: number): void {
    if (this.#isStopped) return;
    this.#cancelNext = this.#parts.timers.after(ms, () => {
      this.#underWay = this.#sweep().finally(() => this.#planNext(DAY_MS));
    });
  }

  async #sweep(): Promise<void> {
    const { bodies, nodes, nodeName, clock, log } = this.#parts;
    try {
      const others = await nodes.list(Budget.of(clock, LIST_MS));
      if (!isFirst(nodeName, others, clock.wallMs())) return;
      log.write('body.swept', { ...(await bodies.sweep(Budget.of(clock, SWEEP_MS))) });
    } catch (error) {
      const { code, message } = failureOf(error);
      log.write('body.sweep-failed', { code, says: message });
    }
  }
}

/** Whatever became of our own record. */
function isFirst(name: string, nodes: readonly NodeRecord[], nowMs: number): boolean {
  const present = nodes.filter(({ heartbeatAtMs }) => nowMs - heartbeatAtMs < SAID_LATELY_MS);
  return present.every((node) => name <= node.name);
}
