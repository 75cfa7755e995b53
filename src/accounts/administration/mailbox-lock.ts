// The lock that POP3 sessions take on a mailbox, held by an administrator.
import type { Budget } from '../../base/budget.js';
import { Failure, failureOf } from '../../base/failure.js';
import { CLAIM_LASTS_MS } from '../../store/api/claims.js';
import type { MailboxAddress } from '../../store/types.js';
import type { AdministrationParts } from './parts.js';

const CLAIMANT_OCTETS = 8;

type Parts = Pick<AdministrationParts, 'claims' | 'clock' | 'random'>;

export class MailboxLock {
  readonly #address: MailboxAddress;
  readonly #parts: Parts;
  readonly #claimant: string;
  #refreshedAtMs: number;

  private constructor(address: MailboxAddress, parts: Parts) {
    this.#address = address;
    this.#parts = parts;
    this.#claimant = `admin/${Buffer.from(parts.random.bytes(CLAIMANT_OCTETS)).toString('hex')}`;
    this.#refreshedAtMs = parts.clock.monotonicMs();
  }

  /** *mailbox-in-use*: somebody else has it. */
  static async take(address: MailboxAddress, parts: Parts, budget: Budget): Promise<MailboxLock> {
    const lock = new MailboxLock(address, parts);
    if ((await parts.claims.claim(address, lock.#claimant, budget)) === 'taken') throw inUse(address);
    return lock;
  }

  /** To be called now and then while it is held. *mailbox-in-use*: it was lost. */
  async refresh(budget: Budget): Promise<void> {
    const { claims, clock } = this.#parts;
    if (clock.monotonicMs() - this.#refreshedAtMs < CLAIM_LASTS_MS / 3) return;
    if ((await claims.refresh(this.#address, this.#claimant, budget)) === 'lost') throw inUse(this.#address);
    this.#refreshedAtMs = clock.monotonicMs();
  }

  async release(budget: Budget): Promise<void> {
    await this.#parts.claims.release(this.#address, this.#claimant, budget).catch(failureOf); // else it lapses by itself
  }
}

function inUse({ login, mailbox }: MailboxAddress): Failure {
  return new Failure('mailbox-in-use', `"${mailbox}" of ${login} is open in a POP3 session`);
}
