// What a load sent and what was acknowledged of it, and what the mailboxes must hold in the end: every acknowledged
// letter once and exactly as sent, any other once or not at all, and never a part of one. A letter says in its first
// line which one it is, so that what stands in a mailbox can be compared octet by octet.
import { randoms } from '../randoms.js';

export interface Letter {
  readonly id: string;
  readonly bytes: Buffer;
  readonly to: readonly string[];
}

interface Entry {
  readonly letter: Letter;
  /** Whose mailboxes hold it, as the server said; undefined: it said nothing, or not yet. */
  acknowledgedFor: readonly string[] | undefined;
}

export interface LedgerOptions {
  readonly seed: number;
  readonly addresses: readonly string[];
  /** A message for several mailboxes is in all of them or in none (one transaction): so it is on an embedded store. */
  readonly isAllOrNothing: boolean;
}

const MARK = 'X-Letter: ';
/** What the server puts before a message, and nothing else (RFC 5321 section 4.4). */
const TRACE = /^Return-Path: <[^\r\n]*>\r\nReceived: [^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*$/;
const SIZES_BYTES = [300, 1_000, 1_000, 1_000, 5_000, 15_000, 40_000, 200_000];

export class Ledger {
  readonly #options: LedgerOptions;
  readonly #random: Generator<number>;
  readonly #entries = new Map<string, Entry>();
  /** Once taken out of the mailboxes nothing comes back. */
  readonly #removed = new Set<string>();
  #count = 0;
  #acknowledged = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#random = randoms(options.seed);
  }

  /** All there ever were. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** In [0, 1), as the seed has it. */
  fraction(): number {
    return Number(this.#random.next().value);
  }

  /** Another one, to one recipient or several. */
  letter(): Letter {
    this.#count += 1;
    const { seed, addresses } = this.#options;
    const id = `${seed}-${this.#count}`;
    const first = Math.floor(this.fraction() * addresses.length);
    const to = [...addresses.slice(first), ...addresses.slice(0, first)];
    const sizeBytes = SIZES_BYTES[Math.floor(this.fraction() * SIZES_BYTES.length)] ?? 0;
    const letter = {
      id,
      bytes: letterOf(id, sizeBytes),
      to: to.slice(0, this.fraction() < 0.5 ? 1 : 1 + Math.floor(this.fraction() * to.length)),
    };
    this.#entries.set(id, { letter, acknowledgedFor: undefined });
    return letter;
  }

  acknowledge({ id }: Letter, recipients: readonly string[]): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error(`nobody wrote ${id}`);
    entry.acknowledgedFor = recipients;
    this.#acknowledged += 1;
  }

  /** What is wrong with the mailboxes, by their owners' addresses, in words; nothing is right. */
  problems(mailboxes: ReadonlyMap<string, readonly Buffer[]>): readonly string[] {
    const places = new Map<string, string[]>();
    const damaged: string[] = [];
    for (const [address, messages] of mailboxes) {
      for (const message of messages) {
        const id = this.#wholeLetter(message);
        if (id === undefined) damaged.push(`${address} has what was never sent: ${beginningOf(message)}`);
        else places.set(id, [...(places.get(id) ?? []), address]);
      }
    }
    const misplaced = [...this.#entries.values()].flatMap((entry) =>
      this.#misplaced(entry, places.get(entry.letter.id) ?? []),
    );
    return [...damaged, ...misplaced];
  }

  /** All mailboxes have been emptied. */
  close(): void {
    for (const id of this.#entries.keys()) this.#removed.add(id);
    this.#entries.clear();
  }

  /** The letter that this message is, octet by octet. */
  #wholeLetter(message: Buffer): string | undefined {
    const at = message.indexOf(MARK);
    const [id = ''] = message.toString('latin1', at + MARK.length, at + 100).split('\r\n');
    if (at < 0 || this.#removed.has(id) || !TRACE.test(message.toString('latin1', 0, at))) return undefined;
    const entry = this.#entries.get(id);
    return entry !== undefined && entry.letter.bytes.equals(message.subarray(at)) ? id : undefined;
  }

  #misplaced({ letter, acknowledgedFor }: Entry, places: readonly string[]): readonly string[] {
    const { id, to, bytes } = letter;
    const what = `letter ${id} of ${bytes.length} octets to ${to.join(', ')}`;
    const isOnceEach = new Set(places).size === places.length && places.every((place) => to.includes(place));
    if (!isOnceEach) return [`${what} is in ${places.join(', ')}`];
    if (acknowledgedFor !== undefined) {
      const missing = acknowledgedFor.filter((address) => !places.includes(address));
      return missing.length === 0
        ? []
        : [`${what} was acknowledged and is missing for ${missing.join(', ')}`];
    }
    const isHalf = places.length > 0 && places.length < to.length;
    return isHalf && this.#options.isAllOrNothing ? [`${what} is in ${places.join(', ')} alone`] : [];
  }
}

/** Long and short lines, some with dots at their beginning. */
function letterOf(id: string, sizeBytes: number): Buffer {
  const lines = [`${MARK}${id}`, 'Subject: a letter', ''];
  for (let octets = 0, n = 0; octets < sizeBytes; n += 1) {
    const line = `${'.'.repeat(n % 5 === 4 ? n % 3 : 0)}${id}/${n} ${'abcdefghij'.repeat(n % 17)}`;
    lines.push(line);
    octets += line.length + 2;
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}

function beginningOf(message: Buffer): string {
  return `${JSON.stringify(message.toString('latin1', 0, 600))} (${message.length} octets)`;
}
