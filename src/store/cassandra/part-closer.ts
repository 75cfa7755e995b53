// Taking partitions of long past weeks that turned out to be empty out of a mailbox's directory. It is tidiness, and
// asks every replica: so it is done behind the listing that found them, a few at a time, within a short time of its own,
// and rests after a failure. While a ring node is down that is one statement a minute, and no listing waits for it.
import { Budget } from '../../base/budget.js';
import type { Clock } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import type { MailboxAddress } from '../types.js';
import { placeText, type Place } from './mailbox-place.js';
import { anyMessage } from './mailbox-rows.js';
import type { PartDirectory } from './part-directory.js';
import type { Ring } from './ring.js';

export interface PartCloserOptions {
  readonly ring: Ring;
  readonly directory: PartDirectory;
  readonly clock: Clock;
  readonly log: Log;
}

/** Of one listing; the next listing goes on. */
const CLOSED_PER_LISTING = 2;
/** Of all listings of this process; those beyond close nothing. */
const LISTINGS_AT_ONCE = 4;
const CLOSING_MS = 2_000;
const REST_AFTER_FAILURE_MS = 60_000;

export class PartCloser {
  readonly #options: PartCloserOptions;
  #underWay = 0;
  #restsUntilMs = -Infinity;

  constructor(options: PartCloserOptions) {
    this.#options = options;
  }

  /**
   * Closes in the background what may be closed of these parts, in which a listing found nothing. When the store is
   * closed meanwhile, the ring refuses what is left of it, like any other work.
   */
  closeOld(address: MailboxAddress, emptied: Iterable<Place>): void {
    const { directory, clock } = this.#options;
    if (this.#underWay >= LISTINGS_AT_ONCE || clock.monotonicMs() < this.#restsUntilMs) return;
    const nowMs = clock.wallMs();
    const old = [...emptied].filter((place) => directory.isClosable(place, nowMs));
    if (old.length > 0) void this.#closeInTurn(address, old.slice(0, CLOSED_PER_LISTING));
  }

  async #closeInTurn(address: MailboxAddress, places: readonly Place[]): Promise<void> {
    this.#underWay += 1;
    const budget = Budget.of(this.#options.clock, CLOSING_MS);
    try {
      for (const place of places) if (!(await this.#close(address, place, budget))) return;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** False when it failed: then it is of no use to go on now. */
  async #close(address: MailboxAddress, place: Place, budget: Budget): Promise<boolean> {
    const { ring, directory, clock, log } = this.#options;
    try {
      const left = await ring.read(
        {
          name: 'mailboxes.confirmEmpty',
          query: anyMessage(address, place),
          consistency: 'ALL',
          isTriedOnce: true,
        },
        budget,
      );
      if (left.length === 0) await directory.close(address, place, budget);
      return true;
    } catch (error) {
      // Nobody waits for this: a bug in it, too, is a line in the log and not the end of the process.
      const reason = error instanceof Failure ? error.code : String(error);
      this.#restsUntilMs = clock.monotonicMs() + REST_AFTER_FAILURE_MS;
      log.write('mailbox.part-kept', { ...address, place: placeText(place), reason });
      return false;
    }
  }
}
