// One mailbox and the claims on it, in memory: what other workers do with it, and what fails, is said by the test.
import type { Budget } from '../../../src/base/budget.js';
import { Failure } from '../../../src/base/failure.js';
import type { TimeUuid } from '../../../src/base/time-uuid.js';
import type { ClaimStore } from '../../../src/store/api/claims.js';
import type { Removal } from '../../../src/store/api/mailboxes.js';
import type { MailboxAddress, MessageBody, MessageEntry } from '../../../src/store/types.js';

export type ClaimCall = 'claim' | 'refresh' | 'release';

export class ScriptedClaims implements ClaimStore {
  /** Who holds which mailbox. */
  readonly holders = new Map<string, string>();
  readonly calls: ClaimCall[] = [];
  /** Awaited before each call has an effect; may throw. */
  before: (call: ClaimCall) => Promise<void> = () => Promise.resolve();

  async claim({ login }: MailboxAddress, worker: string): Promise<'granted' | 'taken'> {
    await this.#begin('claim');
    const holder = this.holders.get(login) ?? worker;
    this.holders.set(login, holder);
    return holder === worker ? 'granted' : 'taken';
  }

  async refresh({ login }: MailboxAddress, worker: string): Promise<'held' | 'lost'> {
    await this.#begin('refresh');
    return this.holders.get(login) === worker ? 'held' : 'lost';
  }

  async release({ login }: MailboxAddress, worker: string): Promise<void> {
    await this.#begin('release');
    if (this.holders.get(login) === worker) this.holders.delete(login);
  }

  async releaseAll(): Promise<void> {
    throw new Error('a mailbox has no business with other workers');
  }

  async #begin(call: ClaimCall): Promise<void> {
    this.calls.push(call);
    await this.before(call);
  }
}

export class ScriptedMailboxes {
  entries: MessageEntry[] = [];
  readonly removals: (readonly TimeUuid[])[] = [];
  failsToList = false;
  body: (budget: Budget) => MessageBody = () => ({ kind: 'small', bytes: Buffer.from('x') });
  /** What is left of a removal. */
  left: (entries: readonly MessageEntry[]) => readonly MessageEntry[] = () => [];

  async *list(): AsyncGenerator<readonly MessageEntry[]> {
    if (this.failsToList) throw unavailable('list');
    for (let at = 0; at < this.entries.length; at += 700) yield this.entries.slice(at, at + 700);
  }

  async read(_address: MailboxAddress, entry: MessageEntry, budget: Budget): Promise<MessageBody> {
    if (!this.entries.some(({ id }) => id === entry.id)) throw new Failure('body-missing', entry.id);
    return this.body(budget);
  }

  async remove(_address: MailboxAddress, entries: readonly MessageEntry[]): Promise<Removal> {
    this.removals.push(entries.map(({ id }) => id));
    const left = this.left(entries);
    return left.length === 0 ? { left } : { left, cause: unavailable('remove') };
  }
}

export function unavailable(what: string): Failure {
  return new Failure('store-unavailable', `scripted: ${what}`);
}
