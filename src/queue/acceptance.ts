// The way of new items into the queue that this process began: in groups with whatever else arrives, each message within
// its own time. Who does not wait to the end has nothing stored: it is taken back when the write has ended.
import type { Budget } from '../base/budget.js';
import type { Cancel, Timers } from '../base/clock.js';
import { Failure, failureOf } from '../base/failure.js';
import { APPEND_BYTES, type RelayItem } from '../store/types.js';
import { GROUP_ITEMS } from './bounds.js';
import { GroupCommit, type Portion } from './group-commit.js';
import { sizeOfItem } from './group-size.js';
import type { LiveSlice } from './live-slice.js';
import type { OwnedQueue } from './owned-queue.js';

/** Items of one message that went into one slice. */
export interface Placed {
  readonly items: readonly RelayItem[];
  readonly slice: LiveSlice;
}

class Member implements Portion {
  readonly items: readonly RelayItem[];
  readonly sizeBytes: number;
  readonly budget: Budget;
  readonly stored: Promise<LiveSlice>;
  /** It has its answer. */
  isOver = false;
  #resolve: (slice: LiveSlice) => void = () => undefined;
  #reject: (failure: Failure) => void = () => undefined;
  readonly #cancel: Cancel;

  constructor(portion: Portion, budget: Budget, timers: Timers, onLate: (member: Member) => void) {
    this.items = portion.items;
    this.sizeBytes = portion.sizeBytes;
    this.budget = budget;
    this.stored = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#cancel = timers.after(budget.remainingMs(), () => onLate(this));
  }

  succeed(slice: LiveSlice): void {
    this.isOver = true;
    this.#cancel();
    this.#resolve(slice);
  }

  fail(failure: Failure): void {
    this.isOver = true;
    this.#cancel();
    this.#reject(failure);
  }
}

export interface AcceptanceParts {
  readonly timers: Timers;
  readonly onGroup: (items: number) => void;
  readonly onFailure: (failure: Failure) => void;
}

export class Acceptance {
  readonly queue: OwnedQueue;
  readonly #parts: AcceptanceParts;
  readonly #groups: GroupCommit<Member>;
  readonly #members = new Set<Member>();

  constructor(parts: AcceptanceParts, queue: OwnedQueue) {
    this.#parts = parts;
    this.queue = queue;
    this.#groups = new GroupCommit(parts.timers, (group) => this.#write(group));
  }

  get isIdle(): boolean {
    return this.#members.size === 0 && this.#groups.isIdle;
  }

  async store(items: readonly RelayItem[], budget: Budget): Promise<readonly Placed[]> {
    const members = portionsOf(items).map(
      (portion) => new Member(portion, budget, this.#parts.timers, (member) => this.#tooLate(member)),
    );
    for (const member of members) this.#add(member);
    const outcomes = await Promise.allSettled(members.map(({ stored }) => stored));
    const placed = outcomes.flatMap((outcome, at) =>
      outcome.status === 'fulfilled' ? [{ items: members[at]?.items ?? [], slice: outcome.value }] : [],
    );
    const refused = outcomes.find(({ status }) => status === 'rejected');
    if (refused?.status !== 'rejected') return placed;
    for (const part of placed) this.queue.takeBack(part.slice, part.items);
    const failure = failureOf(refused.reason);
    if (placed.length === 0) throw failure;
    throw new Failure('store-write-uncertain', `a part of it was stored: ${failure.message}`, {
      cause: failure,
    });
  }

  /** Resolves when whoever waits now has an answer. */
  async ended(): Promise<void> {
    await Promise.allSettled([...this.#members].map(({ stored }) => stored));
  }

  /** Whoever waits hears this now. */
  refuseAll(failure: Failure): void {
    this.#groups.removeAll();
    for (const member of this.#members) this.#fail(member, failure);
  }

  #add(member: Member): void {
    this.#members.add(member);
    try {
      this.#groups.add(member);
    } catch (error) {
      this.#fail(member, failureOf(error));
    }
  }

  async #write(group: readonly Member[]): Promise<void> {
    const items = group.flatMap((member) => member.items);
    const sizeBytes = group.reduce((sum, member) => sum + member.sizeBytes, 0);
    try {
      const slice = await this.queue.append(items, sizeBytes, longestBudget(group));
      this.#parts.onGroup(items.length);
      for (const member of group) this.#succeed(member, slice);
    } catch (error) {
      const failure = failureOf(error);
      this.#parts.onFailure(failure);
      for (const member of group) this.#fail(member, failure);
    }
  }

  #succeed(member: Member, slice: LiveSlice): void {
    if (member.isOver) {
      this.queue.takeBack(slice, member.items);
      return;
    }
    this.#members.delete(member);
    member.succeed(slice);
  }

  #fail(member: Member, failure: Failure): void {
    this.#members.delete(member);
    if (!member.isOver) member.fail(failure);
  }

  #tooLate(member: Member): void {
    const failure = this.#groups.remove(member)
      ? new Failure('deadline-passed', 'no time left to store a message for relaying')
      : new Failure('store-write-uncertain', 'a message for relaying is being stored and time is up');
    this.#fail(member, failure);
  }
}

/** So that each fits one write, and is a group at most. */
function portionsOf(items: readonly RelayItem[]): readonly Portion[] {
  const portions: { items: RelayItem[]; sizeBytes: number }[] = [];
  let last: { items: RelayItem[]; sizeBytes: number } | undefined;
  for (const item of items) {
    const sizeBytes = sizeOfItem(item);
    if (last === undefined || last.items.length >= GROUP_ITEMS || last.sizeBytes + sizeBytes > APPEND_BYTES) {
      last = { items: [], sizeBytes: 0 };
      portions.push(last);
    }
    last.items.push(item);
    last.sizeBytes += sizeBytes;
  }
  return portions;
}

function longestBudget(group: readonly Member[]): Budget {
  const budgets = group.map(({ budget }) => budget);
  return budgets.reduce((longest, budget) =>
    budget.remainingMs() > longest.remainingMs() ? budget : longest,
  );
}
