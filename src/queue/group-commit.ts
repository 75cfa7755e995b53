// Gathers what arrives at about the same time into one write. While nothing is being written, a newcomer waits two
// milliseconds for company; while something is, until that has ended or so many wait that another write is worth it.
// So a single client hardly waits, and the busier it gets the more share a write.
import type { Timers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import type { RelayItem } from '../store/types.js';
import { APPEND_BYTES } from '../store/types.js';
import {
  GROUP_ITEMS,
  GROUP_LINGER_MS,
  GROUPS_IN_FLIGHT,
  STORING_BYTES,
  WORTHWHILE_GROUP_ITEMS,
} from './bounds.js';

/** The items of one message, or as many of them as fit one write. */
export interface Portion {
  readonly items: readonly RelayItem[];
  readonly sizeBytes: number;
}

export class GroupCommit<Member extends Portion> {
  readonly #timers: Timers;
  readonly #write: (group: readonly Member[]) => Promise<void>;
  readonly #waiting = new Set<Member>();
  #waitingItems = 0;
  #bytes = 0;
  #inFlight = 0;
  #isLingering = false;

  /** `write` never fails: it tells the members what became of them. */
  constructor(timers: Timers, write: (group: readonly Member[]) => Promise<void>) {
    this.#timers = timers;
    this.#write = write;
  }

  get isIdle(): boolean {
    return this.#inFlight === 0 && this.#waiting.size === 0;
  }

  /** *too-busy* when as much as allowed waits or is being written. */
  add(member: Member): void {
    if (this.#bytes + member.sizeBytes > STORING_BYTES) {
      throw new Failure('too-busy', `${this.#bytes} octets of relay items are being stored already`);
    }
    this.#waiting.add(member);
    this.#bytes += member.sizeBytes;
    this.#waitingItems += member.items.length;
    if (this.#waitingItems >= WORTHWHILE_GROUP_ITEMS) this.#writeWhatFits(WORTHWHILE_GROUP_ITEMS);
    else this.#linger();
  }

  /** False when it is being written already. */
  remove(member: Member): boolean {
    if (!this.#waiting.delete(member)) return false;
    this.#bytes -= member.sizeBytes;
    this.#waitingItems -= member.items.length;
    return true;
  }

  /** All that wait; none of them will be written. */
  removeAll(): readonly Member[] {
    const all = [...this.#waiting];
    for (const member of all) this.remove(member);
    return all;
  }

  #linger(): void {
    if (this.#isLingering || this.#inFlight > 0 || this.#waiting.size === 0) return;
    this.#isLingering = true;
    this.#timers.after(GROUP_LINGER_MS, () => {
      this.#isLingering = false;
      if (this.#inFlight === 0) this.#writeWhatFits(1);
    });
  }

  #writeWhatFits(leastItems: number): void {
    while (this.#inFlight < GROUPS_IN_FLIGHT && this.#waitingItems >= Math.max(1, leastItems)) {
      this.#writeOne();
    }
  }

  #writeOne(): void {
    const group: Member[] = [];
    let [items, bytes] = [0, 0];
    for (const member of this.#waiting) {
      items += member.items.length;
      bytes += member.sizeBytes;
      if (group.length > 0 && (items > GROUP_ITEMS || bytes > APPEND_BYTES)) break;
      group.push(member);
      this.#waiting.delete(member);
      this.#waitingItems -= member.items.length;
    }
    void this.#writeGroup(group);
  }

  async #writeGroup(group: readonly Member[]): Promise<void> {
    this.#inFlight += 1;
    await this.#write(group);
    this.#inFlight -= 1;
    for (const { sizeBytes } of group) this.#bytes -= sizeBytes;
    // What came while this was under way has waited enough.
    this.#writeWhatFits(this.#inFlight === 0 ? 1 : WORTHWHILE_GROUP_ITEMS);
  }
}
