// One session with a mailbox: what it found there, and what it may do with it as long as its claim holds.
import type { Budget } from '../base/budget.js';
import type { Clock } from '../base/clock.js';
import type { MailboxStore } from '../store/api/mailboxes.js';
import type { MessageEntry } from '../store/types.js';
import type { ClaimKeeper, HeldClaim } from './claim-keeper.js';
import type { OpenMailbox, RemovalOutcome } from './mailbox-door.js';
import type { MailboxIndex } from './mailbox-index.js';
import { SteppedBudget } from './stepped-budget.js';

export interface OpenMailboxParts {
  readonly mailboxes: Pick<MailboxStore, 'read' | 'remove'>;
  readonly clock: Clock;
  readonly keeper: ClaimKeeper;
  readonly claim: HeldClaim;
  readonly index: MailboxIndex;
  /** Called once, when the claim is released. */
  readonly closed: () => void;
}

/** So many entries are objects at a time, and so often it is seen whether the claim still holds. */
const REMOVED_AT_ONCE = 1_000;

export class StoreOpenMailbox implements OpenMailbox {
  readonly #parts: OpenMailboxParts;
  #closing: Promise<void> | undefined;

  constructor(parts: OpenMailboxParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#parts.index.count;
  }

  sizeBytes(number: number): number {
    return this.#parts.index.sizeBytes(number);
  }

  uidl(number: number): string {
    return this.#parts.index.id(number);
  }

  read(number: number, budget: Budget): AsyncIterable<Uint8Array> {
    const { clock, index } = this.#parts;
    return this.#chunksOf(index.entry(number), new SteppedBudget(clock, budget.remainingMs()));
  }

  async remove(numbers: readonly number[], budget: Budget): Promise<RemovalOutcome> {
    const { mailboxes, keeper, claim, index } = this.#parts;
    if (numbers.length === 0) return { kind: 'removed' };
    if (!(await keeper.isStillHeld(claim, budget))) return { kind: 'lost' };
    let left = 0;
    let cause: unknown;
    for (let at = 0; at < numbers.length; at += REMOVED_AT_ONCE) {
      if (claim.isLost) return { kind: 'partly', left: left + numbers.length - at, cause };
      const entries = numbers.slice(at, at + REMOVED_AT_ONCE).map((number) => index.entry(number));
      const removal = await mailboxes.remove(claim.address, entries, budget);
      left += removal.left.length;
      cause ??= removal.cause;
    }
    return left === 0 ? { kind: 'removed' } : { kind: 'partly', left, cause };
  }

  close(): Promise<void> {
    this.#closing ??= this.#parts.keeper.release(this.#parts.claim).finally(this.#parts.closed);
    return this.#closing;
  }

  async *#chunksOf(entry: MessageEntry, time: SteppedBudget): AsyncGenerator<Uint8Array> {
    const { mailboxes, claim } = this.#parts;
    const body = await time.step(() => mailboxes.read(claim.address, entry, time.budget));
    if (body.kind === 'small') {
      yield body.bytes;
      return;
    }
    const chunks = body.chunks[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await time.step(() => chunks.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await chunks.return?.();
    }
  }
}
