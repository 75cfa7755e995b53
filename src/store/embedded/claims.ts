// POP3 claims: one record per mailbox, decided in a transaction, so two workers are never both granted. The workers of
// a node share the machine's wall clock and nothing else; where that is set back a claim lasts longer, never shorter.
//
// Claims have files of their own, which are not synced: a session makes two changes to them and would wait for the disk
// twice. They end with the node, whose sessions end with it: each start begins with none.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Budget } from '../../base/budget.js';
import { CLAIM_LASTS_MS, type ClaimStore } from '../api/claims.js';
import type { MailboxAddress } from '../types.js';
import type { Environment } from './environment.js';
import { Engine } from './engine.js';
import { prepareFolder } from './folder.js';
import { everything, mailboxKey } from './keys.js';
import { pages } from './paging.js';
import { encodeRecord, StoredRecord } from './record.js';
import type { Table, TableEntry } from './table.js';

const PAGE = 500;

/** `isFirst`: no other process has them open. */
export function openClaimsEngine(storeFolder: string, { isFirst }: { readonly isFirst: boolean }): Engine {
  const folder = join(storeFolder, 'claims');
  if (isFirst) rmSync(folder, { recursive: true, force: true });
  prepareFolder(folder);
  return Engine.openPassing(folder);
}

export class EmbeddedClaims implements ClaimStore {
  readonly #environment: Environment;
  readonly #table: Table;

  constructor(environment: Environment, table: Table) {
    this.#environment = environment;
    this.#table = table;
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

  async releaseAll(worker: string, budget: Budget): Promise<void> {
    const walk = {
      statement: 'claims.find',
      table: this.#table,
      range: everything,
      pageSize: PAGE,
      read: ({ key, value }: TableEntry) => (claimIn(value).text('worker') === worker ? key : undefined),
    };
    for await (const keys of pages(this.#environment, walk, budget)) {
      await this.#environment.write('claims.release', budget, () => {
        for (const key of keys) if (this.#holder(key) === worker) this.#table.remove(key);
      });
    }
  }

  /** Whose claim has not lapsed. */
  #holder(key: Uint8Array): string | undefined {
    const bytes = this.#table.get(key);
    if (bytes === undefined) return undefined;
    const record = claimIn(bytes);
    return record.number('lapsesAtMs') > this.#nowMs() ? record.text('worker') : undefined;
  }

  #put(key: Uint8Array, worker: string): void {
    this.#table.put(key, encodeRecord({ worker, lapsesAtMs: this.#nowMs() + CLAIM_LASTS_MS }));
  }

  #nowMs(): number {
    return this.#environment.clock.wallMs();
  }
}

function claimIn(bytes: Uint8Array): StoredRecord {
  return new StoredRecord('a claim', bytes);
}
