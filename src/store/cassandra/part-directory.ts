// The directory of a mailbox: which partitions its mail is in. A row is durable before the first message goes into its
// partition, and it is taken out when the week has been over for two days and nothing is left there: by then ids of
// that week are refused, so nothing can come any more.
//
// Rows are written with timestamps that follow from the week, not from a clock: of several openings the earliest wins,
// and a closing wins over any opening, however late that arrives.
import type { Budget } from '../../base/budget.js';
import type { Timers } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import { isTimeUuid, timeOfIdMs } from '../../base/time-uuid.js';
import { waitWithin } from '../../base/wait-within.js';
import type { MailboxAddress } from '../types.js';
import type { TrustedClock } from './clock-guard.js';
import { numberColumn, textColumn } from './columns.js';
import type { ControlLevels } from './consistency.js';
import { PERIOD_MS, type MailboxPart } from './mailbox-parts.js';
import type { Place } from './mailbox-place.js';
import type { Ring } from './ring.js';

export interface DirectoryRow extends Place {
  /** No message in the partition is older. */
  readonly fromMs: number;
}

/** Twice the age from which on an id is refused. */
const CLOSES_AFTER_MS = 2 * 24 * 60 * 60 * 1000;

const OPEN =
  'INSERT INTO mailbox_parts (login, mailbox, period, part, from_ms) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?';
const READ = 'SELECT period, part, from_ms FROM mailbox_parts WHERE login = ? AND mailbox = ?';
const RING_TIME = 'SELECT now() AS id FROM system.local';
const CLOSE =
  'DELETE FROM mailbox_parts USING TIMESTAMP ? WHERE login = ? AND mailbox = ? AND period = ? AND part = ?';

export interface PartDirectoryOptions {
  readonly ring: Ring;
  readonly levels: ControlLevels;
  readonly trustedClock: TrustedClock;
  readonly timers: Timers;
}

export class PartDirectory {
  readonly #ring: Ring;
  readonly #levels: ControlLevels;
  readonly #trustedClock: TrustedClock;
  readonly #timers: Timers;

  constructor({ ring, levels, trustedClock, timers }: PartDirectoryOptions) {
    this.#ring = ring;
    this.#levels = levels;
    this.#trustedClock = trustedClock;
    this.#timers = timers;
  }

  /** Resolves when the part's row is durable. Those who ask at the same time share one statement. */
  async open(address: MailboxAddress, part: MailboxPart, budget: Budget): Promise<void> {
    while (!part.isOpen) {
      if (part.opening === undefined) {
        part.opening = this.#write(address, part, budget).finally(() => (part.opening = undefined));
        await part.opening;
      } else {
        // Its failure is told to whoever began it; the others try themselves.
        await waitWithin(budget, this.#timers, part.opening, 'a mailbox partition to be opened');
      }
    }
  }

  async read(address: MailboxAddress, budget: Budget): Promise<readonly DirectoryRow[]> {
    const rows = await this.#ring.read(
      {
        name: 'mailboxes.directory',
        query: { cql: READ, values: [address.login, address.mailbox] },
        consistency: this.#levels.controlRead,
      },
      budget,
    );
    return rows.map((row) => ({
      period: numberColumn(row, 'period'),
      part: numberColumn(row, 'part'),
      fromMs: numberColumn(row, 'from_ms'),
    }));
  }

  /** True when, by our clock, nothing can come into the partition any more: a closing is worth trying. */
  isClosable(place: Place, nowMs: number): boolean {
    return nowMs > closesAtMs(place.period);
  }

  /**
   * Only for a partition that is empty on all its replicas. Does nothing unless a ring node's clock, too, says that its
   * time is over: a closing cannot be undone, and would hide whatever the others still put there.
   */
  async close(address: MailboxAddress, place: Place, budget: Budget): Promise<void> {
    const nowMs = Math.min(this.#trustedClock.nowMs(), await this.#ringTimeMs(budget));
    if (!this.isClosable(place, nowMs)) return;
    const { login, mailbox } = address;
    const values = [closesAtMs(place.period) * 1000, login, mailbox, place.period, place.part];
    await this.#ring.write(
      {
        name: 'mailboxes.closePart',
        queries: [{ cql: CLOSE, values }],
        consistency: this.#levels.control,
        isIdempotent: true,
      },
      budget,
    );
  }

  async #ringTimeMs(budget: Budget): Promise<number> {
    const query = { cql: RING_TIME, values: [] };
    const [row = {}] = await this.#ring.read({ name: 'ring.time', query, consistency: 'ONE' }, budget);
    const id = textColumn(row, 'id');
    return isTimeUuid(id) ? timeOfIdMs(id) : -Infinity; // what tells no time closes nothing
  }

  async #write(address: MailboxAddress, part: MailboxPart, budget: Budget): Promise<void> {
    this.#trustedClock.nowMs(); // with a wrong one, the part may be one that was closed long ago
    const fromMs = Math.floor(part.fromMicros / 1000);
    const { login, mailbox } = address;
    const values = [login, mailbox, part.period, part.part, fromMs, openingMicros(part.period, fromMs)];
    try {
      await this.#ring.write(
        {
          name: 'mailboxes.openPart',
          queries: [{ cql: OPEN, values }],
          consistency: this.#levels.control,
          isIdempotent: true,
        },
        budget,
      );
    } catch (error) {
      throw withoutDoubt(error);
    }
    part.isOpen = true;
  }
}

/** A row too many in the directory does no harm: whether it was written or not, the message was not. */
function withoutDoubt(error: unknown): unknown {
  return error instanceof Failure && error.kind === 'uncertain'
    ? new Failure('store-unavailable', 'a mailbox partition could not be opened', { cause: error })
    : error;
}

/** Within the period, and the later the earlier the part begins. */
function openingMicros(period: number, fromMs: number): number {
  const intoPeriodMs = fromMs - period * PERIOD_MS;
  return ((period + 1) * PERIOD_MS - intoPeriodMs) * 1000;
}

function closesAtMs(period: number): number {
  return (period + 1) * PERIOD_MS + CLOSES_AFTER_MS;
}
