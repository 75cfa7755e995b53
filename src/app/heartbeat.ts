// Tells the ring that this node is here, again and again, so that any other node can answer for all of them. A failed
// announcement is logged once per change, not once per try, and never stops the node.
import { Budget } from '../base/budget.js';
import type { Cancel, Clock, Timers } from '../base/clock.js';
import { failureOf } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { NodeStore } from '../store/api/nodes.js';
import type { NodeRecord } from '../store/types.js';

/** A reader may take a node for gone after three of these. */
const HEARTBEAT_MS = 5000;

export type NodeDescription = Omit<NodeRecord, 'startedAtMs' | 'heartbeatAtMs'>;

export interface HeartbeatParts {
  readonly nodes: NodeStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

export class Heartbeat {
  readonly #node: NodeDescription;
  readonly #parts: HeartbeatParts;
  readonly #startedAtMs: number;
  #isFailing = false;
  #underWay: Promise<void> = Promise.resolve();
  #cancelNext: Cancel | undefined;

  constructor(node: NodeDescription, parts: HeartbeatParts) {
    this.#node = node;
    this.#parts = parts;
    this.#startedAtMs = parts.clock.wallMs();
  }

  /** Resolves after the first announcement, whatever came of it. */
  async start(): Promise<void> {
    this.#underWay = this.#announce();
    await this.#underWay;
    this.#cancelNext = this.#parts.timers.after(HEARTBEAT_MS, () => void this.start());
  }

  /** The node leaves: its record goes too, if the store can still be reached. */
  async stop(): Promise<void> {
    this.#cancelNext?.();
    await this.#underWay;
    this.#cancelNext?.();
    await this.#attempt((budget) => this.#parts.nodes.withdraw(this.#node.name, budget));
  }

  #announce(): Promise<void> {
    const record = {
      ...this.#node,
      startedAtMs: this.#startedAtMs,
      heartbeatAtMs: this.#parts.clock.wallMs(),
    };
    return this.#attempt((budget) => this.#parts.nodes.announce(record, budget));
  }

  async #attempt(task: (budget: Budget) => Promise<void>): Promise<void> {
    try {
      await task(Budget.of(this.#parts.clock, HEARTBEAT_MS));
      if (this.#isFailing) this.#parts.log.write('node.heartbeat-again');
      this.#isFailing = false;
    } catch (error) {
      const { code, message } = failureOf(error);
      if (!this.#isFailing) this.#parts.log.write('node.heartbeat-failed', { code, reason: message });
      this.#isFailing = true;
    }
  }
}
