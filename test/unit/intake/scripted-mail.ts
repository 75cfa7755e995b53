// The part of a store that takes mail, in memory, whose every call can be told to fail: before it does anything (as
// *temporary*), or after it did all of it (as *uncertain*: what a time-out looks like whose write happened).
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../../src/base/failure.js';
import type { TimeUuid } from '../../../src/base/time-uuid.js';
import type { NewItem, StoredItems } from '../../../src/queue/relay-queue.js';
import type { Delivery, HeldBody, Holder, LargeBody } from '../../../src/store/types.js';

export type Step = 'write' | 'hold' | 'deliver' | 'queue' | 'take-back' | 'release' | 'discard';

export interface Trouble {
  readonly when: 'before' | 'after';
  /** Of the next so many calls. */
  times: number;
}

interface KeptBody {
  readonly bytes: Buffer;
  holders: readonly Holder[];
}

export class ScriptedMail {
  readonly #troubles = new Map<Step, Trouble>();
  readonly calls: Step[] = [];
  readonly delivered = new Map<TimeUuid, Delivery>();
  readonly kept = new Map<TimeUuid, KeptBody>();
  readonly stored = new Set<NewItem>();
  readonly queued: NewItem[] = [];
  isRelayOpen = true;
  /** Awaited before each piece of a body is taken. */
  pace: () => Promise<void> = () => Promise.resolve();

  /** The next calls of this step fail. */
  trouble(step: Step, when: Trouble['when'], times = 1): void {
    this.#troubles.set(step, { when, times });
  }

  readonly mailboxes = {
    deliver: (delivery: Delivery): Promise<void> =>
      this.#call('deliver', () => void this.delivered.set(delivery.id, delivery)),
    takeBack: (delivery: Delivery): Promise<void> => {
      const { body } = delivery;
      return this.#call('take-back', () => {
        this.delivered.delete(delivery.id);
        if (body.kind === 'large') this.#letGo(body, ({ kind }) => kind === 'mailbox');
      });
    },
  };

  /** What it takes is in `queued` once released, in `stored` before; withdrawn, it is in neither. */
  readonly relay = {
    assertOpen: (): void => {
      if (!this.isRelayOpen) throw new Failure('relay-closed', 'scripted: closed');
    },
    store: async (items: readonly NewItem[]): Promise<StoredItems> => {
      await this.#call(
        'queue',
        () => items.forEach((item) => this.stored.add(item)),
        () => this.#withdraw(items, false),
      );
      return {
        release: () => items.forEach((item) => this.#release(item)),
        withdraw: () => this.#withdraw(items, true),
      };
    },
  };

  readonly bodies = {
    write: async (id: TimeUuid, stream: AsyncIterable<Uint8Array>): Promise<LargeBody> => {
      this.calls.push('write');
      const trouble = this.#next('write');
      if (trouble === 'before') throw unavailable('write');
      const bytes = await this.#taken(stream);
      if (trouble === 'after') throw uncertain('write'); // and what was written was taken back
      this.kept.set(id, { bytes, holders: [] });
      return { kind: 'large', id, sizeBytes: bytes.length };
    },
    hold: (body: LargeBody, holders: readonly Holder[]): Promise<HeldBody> =>
      this.#call('hold', () => {
        const kept = this.kept.get(body.id);
        if (kept === undefined) throw new Error('no such body');
        kept.holders = holders;
        return body as HeldBody;
      }),
    release: (body: HeldBody, holders: readonly Holder[]): Promise<void> =>
      this.#call('release', () =>
        this.#letGo(body, (held) => holders.some((holder) => isDeepStrictEqual(holder, held))),
      ),
    discard: (body: LargeBody): Promise<void> => this.#call('discard', () => void this.kept.delete(body.id)),
  };

  #release(item: NewItem): void {
    if (!this.stored.delete(item)) throw new Error('released without being stored');
    this.queued.push(item);
  }

  /** The queue lets go of what it had taken; what it never took is its caller's. */
  #withdraw(items: readonly NewItem[], isTaken: boolean): void {
    for (const item of items) {
      this.stored.delete(item);
      if (isTaken && item.body.kind === 'large') this.#letGo(item.body, (held) => held.kind === 'queue');
    }
  }

  #letGo({ id }: LargeBody, isGoing: (holder: Holder) => boolean): void {
    const kept = this.kept.get(id);
    if (kept === undefined) return;
    kept.holders = kept.holders.filter((holder) => !isGoing(holder));
    if (kept.holders.length === 0) this.kept.delete(id);
  }

  async #taken(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    await this.pace();
    try {
      for await (const piece of stream) {
        pieces.push(piece);
        await this.pace();
      }
    } catch (error) {
      throw new Failure('body-interrupted', 'scripted: the stream broke off', { cause: error });
    }
    return Buffer.concat(pieces);
  }

  async #call<T>(step: Step, effect: () => T, afterDoubt: () => void = () => undefined): Promise<T> {
    this.calls.push(step);
    const trouble = this.#next(step);
    if (trouble === 'before') throw unavailable(step);
    const answer = effect();
    if (trouble !== 'after') return answer;
    afterDoubt();
    throw uncertain(step);
  }

  #next(step: Step): Trouble['when'] | undefined {
    const trouble = this.#troubles.get(step);
    if (trouble === undefined || trouble.times === 0) return undefined;
    trouble.times -= 1;
    return trouble.when;
  }
}

function unavailable(step: Step): Failure {
  return new Failure('store-unavailable', `scripted: ${step} was refused`);
}

function uncertain(step: Step): Failure {
  return new Failure('store-write-uncertain', `scripted: the answer to ${step} was lost`);
}
