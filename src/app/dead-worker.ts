// What a worker that died leaves behind and the primary can clear away at once: its claims on mailboxes, which would keep
// their users out ([IN-USE]) until they lapse.
import { Budget } from '../base/budget.js';
import type { Clock } from '../base/clock.js';
import { failureOf } from '../base/failure.js';
import type { Log } from '../base/log.js';
import { CLAIM_LASTS_MS, type ClaimStore } from '../store/api/claims.js';

export interface DeadWorkerParts {
  readonly store: { readonly claims: Pick<ClaimStore, 'releaseAll'> };
  readonly clock: Clock;
  readonly log: Log;
}

/** Never fails: what cannot be released lapses. */
export async function releaseClaims(
  processName: string,
  { store, clock, log }: DeadWorkerParts,
): Promise<void> {
  try {
    await store.claims.releaseAll(processName, Budget.of(clock, CLAIM_LASTS_MS));
  } catch (error) {
    const { code, message } = failureOf(error);
    log.write('worker.claims-left', { worker: processName, code, says: message });
  }
}
