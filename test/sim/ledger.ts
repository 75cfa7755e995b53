// What clients were told and what the remote hosts got, and whether the two fit: nothing acknowledged is lost; nothing is
// sent by who does not own it; nothing is sent again that its owner knew to be settled; first attempts are in order.
import type { TimeUuid } from '../../src/base/time-uuid.js';
import type { NewItem } from '../../src/queue/relay-queue.js';
import type { Slice } from '../../src/store/types.js';
import { short, type SimRing } from './sim-ring.js';
import type { World } from './world.js';

interface Account {
  readonly item: NewItem;
  answer: 'none' | 'accepted' | 'refused' | 'in-doubt';
  deliveries: number;
  attempts: number;
  /** Its owner heard that it is done, while it owned it: nobody may begin it any more. */
  isSettled: boolean;
}

export interface LedgerSummary {
  readonly accepted: number;
  readonly delivered: number;
  readonly duplicates: number;
  readonly attempts: number;
}

export class Ledger {
  readonly #world: World;
  readonly #ring: SimRing;
  readonly #accounts = new Map<TimeUuid, Account>();

  constructor(world: World, ring: SimRing) {
    this.#world = world;
    this.#ring = ring;
  }

  submitted(items: readonly NewItem[]): void {
    for (const item of items) {
      this.#accounts.set(item.id, { item, answer: 'none', deliveries: 0, attempts: 0, isSettled: false });
    }
  }

  answered(items: readonly NewItem[], answer: 'accepted' | 'refused' | 'in-doubt'): void {
    for (const { id } of items) this.#account(id).answer = answer;
  }

  settled(ids: readonly TimeUuid[], slice: Slice, owner: string): void {
    if (this.#ring.truth(slice.queue)?.owner !== owner) return;
    for (const id of ids) this.#account(id).isSettled = true;
  }

  /** The first octet of a delivery, or its final dot. */
  began(id: TimeUuid, slice: Slice, owner: string): void {
    const account = this.#account(id);
    account.attempts += 1;
    this.owned(id, slice, owner);
    if (account.isSettled) this.#world.wrong(`${owner} sends ${short(id)}, which was settled for good`);
    if (account.answer === 'refused') this.#world.wrong(`${owner} sends ${short(id)}, which was refused`);
  }

  owned(id: TimeUuid, slice: Slice, owner: string): void {
    const truth = this.#ring.truth(slice.queue);
    if (truth?.owner === owner) return;
    const whose = truth === undefined ? 'ended' : `${truth.owner}'s`;
    this.#world.wrong(`${owner} sends ${short(id)} of queue ${short(slice.queue)}, which is ${whose}`);
  }

  delivered(id: TimeUuid): void {
    this.#account(id).deliveries += 1;
  }

  get undelivered(): readonly TimeUuid[] {
    return [...this.#accounts.values()]
      .filter(({ answer, deliveries }) => answer === 'accepted' && deliveries === 0)
      .map(({ item }) => item.id);
  }

  summary(): LedgerSummary {
    const accounts = [...this.#accounts.values()];
    const count = (has: (account: Account) => boolean): number => accounts.filter(has).length;
    return {
      accepted: count(({ answer }) => answer === 'accepted'),
      delivered: count(({ deliveries }) => deliveries > 0),
      duplicates: accounts.reduce((sum, { deliveries }) => sum + Math.max(0, deliveries - 1), 0),
      attempts: accounts.reduce((sum, { attempts }) => sum + attempts, 0),
    };
  }

  #account(id: TimeUuid): Account {
    const account = this.#accounts.get(id);
    if (account === undefined) throw new Error(`nobody submitted ${id}`);
    return account;
  }
}
