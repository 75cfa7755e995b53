// POP3 claims: one record per mailbox, decided in a transaction, so two workers are never both granted. The workers of
// a node share the machine's wall clock and nothing else; where that is set back a claim lasts longer, never shorter.
import type { Budget } from '../../base/budget.js';
import { CLAIM_LASTS_MS, type ClaimStore } from '../api/claims.js';
import type { MailboxAddress } from '../types.js';
import type { Environment } from './environment.js';
import { mailboxKey } from './keys.js';
import { encodeRecord, StoredRecord } from './record.js';
import { removeRange } from './range-removal.js';
import type { Table } from './table.js';

/** No name begins with this octet. */
const EVERYTHING = { start: Buffer.of(0), end: Buffer.of(0xff) };

export class EmbeddedClaims implements ClaimStore {
  readonly #environment: Environment;
  readonly #table: Table;

  constructor(environment: Environment, table: Table) {
    this.#environment = environment;
    this.#table = table;
  }

  /** Those of a node that was killed keep nobody out: whoever owns the folder knows that no worker lives. */
  forgetAll(budget: Budget): Promise<void> {
    return this.#environment.write('claims.forget-all', budget, () => removeRange(this.#table, EVERYTHING));
  }

  claim(address: MailboxAddress, worker: string, budget: Budget): Promise<'granted' | 'taken'> {
    const key = mailboxKey(address);
    return this.#environment.write('claims.claim', budget, () => {
      const holder = this.#holder(key);
      if (holder !== undefined && holder !== worker) return 'taken';
      this.#put(key, worker);
      return 'granted';
    });
  }

  refresh(address: MailboxAddress, worker: string, budget: Budget): Promise<'held' | 'lost'> {
    const key = mailboxKey(address);
    return this.#environment.write('claims.refresh', budget, () => {
      if (this.#holder(key) !== worker) return 'lost';
      this.#put(key, worker);
      return 'held';
    });
  }

  release(address: MailboxAddress, worker: string, budget: Budget): Promise<void> {
    const key = mailboxKey(address);
    return this.#environment.write('claims.release', budget, () => {
      if (this.#holder(key) === worker) this.#table.remove(key);
    });
  }

  /** Whose claim has not lapsed. */
  #holder(key: Uint8Array): string | undefined {
    const bytes = this.#table.get(key);
    if (bytes === undefined) return undefined;
    const record = new StoredRecord('a claim', bytes);
    return record.number('lapsesAtMs') > this.#nowMs() ? record.text('worker') : undefined;
  }

  #put(key: Uint8Array, worker: string): void {
    this.#table.put(key, encodeRecord({ worker, lapsesAtMs: this.#nowMs() + CLAIM_LASTS_MS }));
  }

  #nowMs(): number {
    return this.#environment.clock.wallMs();
  }
}
