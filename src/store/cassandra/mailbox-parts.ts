// Which partition a message goes into, decided without asking anybody (docs/adr/0005-mailbox-partitions.md). A mailbox
// is cut by weeks; a week begins in the part that all processes share, and a process that brings much opens parts of
// its own there, each for a bounded number of messages and bytes.
//
// Within a process the part is a function of the message's id: each part takes the ids from its first one up to the
// next part's first one, and a new part begins only above every id its forerunner was given. So a delivery that is
// repeated meets its own rows, and an own part holds nothing older than its first id, which the directory records.
import type { Random } from '../../base/random.js';
import { Lru } from '../../base/lru.js';
import { OLDEST_ID_MS, type MailboxAddress } from '../types.js';
import type { Place } from './mailbox-place.js';

export interface PartLimits {
  readonly messages: number;
  readonly bytes: number;
}

export interface MailboxPartLimits {
  /** What one process puts into the shared part of a week; up to a hundred processes do. */
  readonly shared: PartLimits;
  readonly own: PartLimits;
}

/** A partition stays below 10,000 rows and 100 MB, even when 96 processes have used it. */
const mailboxPartLimits: MailboxPartLimits = {
  shared: { messages: 100, bytes: 1024 * 1024 },
  own: { messages: 1_000, bytes: 16 * 1024 * 1024 },
};

export const PERIOD_MS = 7 * 24 * 60 * 60 * 1000;
export const SHARED_PART = 0;
const PART_NUMBERS = 2 ** 31 - 1;
/** Of quiet mailboxes and of busy ones each; one that was forgotten starts in the shared part again. */
const MAILBOXES_REMEMBERED = 50_000;

export function periodOf(micros: number): number {
  return Math.floor(micros / (PERIOD_MS * 1000));
}

/** One partition of a mailbox, as the process that writes into it knows it. */
export class MailboxPart implements Place {
  readonly period: number;
  readonly part: number;
  /** No id in it is older. */
  readonly fromMicros: number;
  readonly #limits: PartLimits;
  #lastMicros = 0;
  #messages = 0;
  #bytes = 0;
  /** Its row in the directory is durable. */
  isOpen = false;
  opening: Promise<void> | undefined;

  constructor(period: number, part: number, fromMicros: number, limits: PartLimits) {
    this.period = period;
    this.part = part;
    this.fromMicros = fromMicros;
    this.#limits = limits;
  }

  /** True when it has had its share and the id is above all it was given. */
  endsBefore(micros: number): boolean {
    const isFull = this.#messages >= this.#limits.messages || this.#bytes >= this.#limits.bytes;
    return isFull && micros > this.#lastMicros;
  }

  count(micros: number, sizeBytes: number): void {
    this.#lastMicros = Math.max(this.#lastMicros, micros);
    this.#messages += 1;
    this.#bytes += sizeBytes;
  }
}

export class MailboxParts {
  readonly #random: Random;
  readonly #limits: MailboxPartLimits;
  /** Mailbox weeks with nothing but the shared part, and those with more: many quiet ones shall not displace the others. */
  readonly #quiet = new Lru<string, MailboxPart[]>(MAILBOXES_REMEMBERED);
  readonly #busy = new Lru<string, MailboxPart[]>(MAILBOXES_REMEMBERED);

  constructor(random: Random, limits: MailboxPartLimits = mailboxPartLimits) {
    this.#random = random;
    this.#limits = limits;
  }

  /** The part for a message, which is counted as put there. */
  choose(address: MailboxAddress, micros: number, sizeBytes: number): MailboxPart {
    const parts = this.#partsOf(address, micros);
    let at = indexOf(parts, micros);
    let part = partAt(parts, at);
    if (part.endsBefore(micros)) {
      part = this.#ownPart(part.period, micros);
      at += 1;
      parts.splice(at, 0, part);
      forgetThoseBefore(parts, micros);
      this.#keepBusy(address, part.period, parts);
    }
    part.count(micros, sizeBytes);
    return part;
  }

  /** Where `choose` put that id, or would put it. */
  find(address: MailboxAddress, micros: number): MailboxPart {
    const parts = this.#partsOf(address, micros);
    return partAt(parts, indexOf(parts, micros));
  }

  #partsOf(address: MailboxAddress, micros: number): MailboxPart[] {
    const period = periodOf(micros);
    const key = keyOf(address, period);
    const known = this.#busy.get(key) ?? this.#quiet.get(key);
    if (known !== undefined) return known;
    const parts = [new MailboxPart(period, SHARED_PART, period * PERIOD_MS * 1000, this.#limits.shared)];
    this.#quiet.set(key, parts);
    return parts;
  }

  #ownPart(period: number, micros: number): MailboxPart {
    const number = 1 + Math.floor(this.#random.fraction() * PART_NUMBERS);
    return new MailboxPart(period, number, micros, this.#limits.own);
  }

  #keepBusy(address: MailboxAddress, period: number, parts: MailboxPart[]): void {
    const key = keyOf(address, period);
    this.#quiet.delete(key);
    this.#busy.set(key, parts);
  }
}

/** No name holds a `|`. */
function keyOf(address: MailboxAddress, period: number): string {
  return `${address.login}|${address.mailbox}|${period}`;
}

/** The last part that begins at or before `micros`. Nearly always the very last. */
function indexOf(parts: readonly MailboxPart[], micros: number): number {
  let at = parts.length - 1;
  while (at > 0 && partAt(parts, at).fromMicros > micros) at -= 1;
  return at;
}

function partAt(parts: readonly MailboxPart[], at: number): MailboxPart {
  const part = parts[at];
  if (part === undefined) throw new RangeError(`a mailbox has no part ${at}`);
  return part;
}

/** Ids over a day old are refused, so their parts need not be found again. */
function forgetThoseBefore(parts: MailboxPart[], micros: number): void {
  const oldestMicros = micros - 2 * OLDEST_ID_MS * 1000;
  while ((parts[1]?.fromMicros ?? Infinity) < oldestMicros) parts.shift();
}
