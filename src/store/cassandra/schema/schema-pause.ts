// Between two looks at what others are doing to the schema: a moment drawn at random, which ends when the process is to
// stop.
import type { Timers } from '../../../base/clock.js';
import { Failure } from '../../../base/failure.js';
import type { Random } from '../../../base/random.js';

const LOOK_AGAIN_MS = 400;

export interface SchemaPauseParts {
  readonly timers: Pick<Timers, 'sleep'>;
  readonly random: Random;
  readonly keyspace: string;
}

export class SchemaPause {
  readonly #parts: SchemaPauseParts;

  constructor(parts: SchemaPauseParts) {
    this.#parts = parts;
  }

  /** Fails with *store-closed* when asked to stop. */
  async once(stop: AbortSignal | undefined): Promise<void> {
    const { timers, random, keyspace } = this.#parts;
    await timers.sleep(LOOK_AGAIN_MS * (0.5 + random.fraction()), stop);
    if (stop?.aborted !== true) return;
    throw new Failure('store-closed', `asked to stop while others were changing the schema of ${keyspace}`);
  }
}
