// The large bodies of queued items: read in chunks, and let go of once the store knows that the item is done. A body that
// cannot be let go of now is tried again for a while; after that it takes room for nothing, which the log says.
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Failure, failureOf } from '../base/failure.js';
import { Gate } from '../base/gate.js';
import type { Log } from '../base/log.js';
import type { TimeUuid } from '../base/time-uuid.js';
import type { BodyStore } from '../store/api/bodies.js';
import type { HeldBody } from '../store/types.js';
import { ATTEMPT_MS, FIRST_PAUSE_MS, LONGEST_PAUSE_MS } from './bounds.js';

export interface LargeBodiesParts {
  readonly bodies: Pick<BodyStore, 'read' | 'release'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

const AT_ONCE = 16;
const MOST_WAITING = 10_000;
/** Ten minutes or so at the longest pause. */
const ATTEMPTS = 120;

export class LargeBodies {
  readonly #parts: LargeBodiesParts;
  readonly #gate: Gate;

  constructor(parts: LargeBodiesParts) {
    this.#parts = parts;
    const options = { name: 'bodies of the relay queue', width: AT_ONCE, waiting: MOST_WAITING };
    this.#gate = new Gate(options, parts.timers);
  }

  read(body: HeldBody, budget: Budget): AsyncIterable<Uint8Array> {
    return this.#parts.bodies.read(body, budget);
  }

  letGo(item: TimeUuid, body: HeldBody): void {
    const patience = Budget.of(this.#parts.clock, ATTEMPTS * LONGEST_PAUSE_MS);
    this.#gate
      .run(patience, () => this.#release(item, body))
      .catch((error: unknown) => this.#parts.log.write('queue.body-left', { item, error: failureOf(error) }));
  }

  async #release(item: TimeUuid, body: HeldBody): Promise<void> {
    let last: Failure | undefined;
    for (let attempt = 0, pauseMs = FIRST_PAUSE_MS; attempt < ATTEMPTS; attempt += 1) {
      try {
        const budget = Budget.of(this.#parts.clock, ATTEMPT_MS);
        await this.#parts.bodies.release(body, [{ kind: 'queue', item }], budget);
        return;
      } catch (error) {
        last = failureOf(error);
        await this.#parts.timers.sleep(pauseMs);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
    throw last ?? new Failure('deadline-passed', 'no attempt was made');
  }
}
