// Who has a mailbox open for POP3 (RFC 1939 section 4: one session at a time), over all processes and nodes. A claim
// lapses by itself when its worker stops refreshing it. Two workers that claim at the same moment may both be refused,
// never both be granted: trying again with jitter is the caller's part.
import type { Budget } from '../../base/budget.js';
import type { MailboxAddress } from '../types.js';

/** A claim lasts this long without being refreshed; three refreshes fit in. */
export const CLAIM_LASTS_MS = 60_000;

export interface ClaimStore {
  /**
   * *granted* also when this worker holds it already; *taken* leaves no claim of ours behind. A call that fails takes
   * back what it may have written, for which it may need some seconds more than its budget; where not even that is
   * possible it fails as *uncertain*, and the claim may stand until it lapses.
   */
  claim(address: MailboxAddress, worker: string, budget: Budget): Promise<'granted' | 'taken'>;

  /** Extends a claim that was granted. *lost*: it had lapsed, or another one stands beside it. */
  refresh(address: MailboxAddress, worker: string, budget: Budget): Promise<'held' | 'lost'>;

  release(address: MailboxAddress, worker: string, budget: Budget): Promise<void>;

  /** All that a worker held which is no more. It looks at every claim there is: for rare occasions. */
  releaseAll(worker: string, budget: Budget): Promise<void>;
}
