// Keys: bytes whose plain order is the order we list in. Names end in NUL, which no name can contain, so that one
// name's range never reaches into another's; ids come in the order of Cassandra's timeuuid type, as everywhere.
// The longest key, a holder of a large body, has 16 + 1 + 318 + 1 + 200 + 1 + 16 bytes; the engine allows 1978.
import type { TimeUuid } from '../../base/time-uuid.js';
import type { Holder, MailboxAddress, QueueId, Slice } from '../types.js';
import type { KeyRange } from './table.js';

export const ID_BYTES = 16;
/** Whole numbers up to 2^48: epochs, slices, sizes and stamps stay far below. */
export const NUMBER_BYTES = 6;

/** Where the digits of byte n of a key stand in a UUID's text: time high to low, then clock sequence and node. */
const DIGITS = [14, 16, 9, 11, 0, 2, 4, 6, 19, 21, 24, 26, 28, 30, 32, 34];
const SIGN = 0x80;
const FIRST_SIGNED = 8;

export function writeId(id: TimeUuid, target: Uint8Array, at: number): void {
  for (let n = 0; n < ID_BYTES; n += 1) {
    const digit = DIGITS[n] ?? 0;
    const byte = (nibble(id.charCodeAt(digit)) << 4) | nibble(id.charCodeAt(digit + 1));
    target[at + n] = n < FIRST_SIGNED ? byte : byte ^ SIGN;
  }
}

export function readId(source: Uint8Array, at: number): TimeUuid {
  const hex = Buffer.from(source.subarray(at, at + ID_BYTES));
  for (let n = FIRST_SIGNED; n < ID_BYTES; n += 1) hex[n] = (hex[n] ?? 0) ^ SIGN;
  const text = hex.toString('hex');
  const id = `${text.slice(8, 16)}-${text.slice(4, 8)}-${text.slice(0, 4)}-${text.slice(16, 20)}-${text.slice(20)}`;
  return id as TimeUuid; // what writeId was given
}

/** Lower-case hexadecimal, as all our ids are. */
function nibble(charCode: number): number {
  return charCode < 58 ? charCode - 48 : charCode - 87;
}

export function writeNumber(number: number, target: Uint8Array, at: number): void {
  const low = number % 2 ** 32;
  const high = (number - low) / 2 ** 32;
  target[at] = high >>> 8;
  target[at + 1] = high;
  target[at + 2] = low >>> 24;
  target[at + 3] = low >>> 16;
  target[at + 4] = low >>> 8;
  target[at + 5] = low;
}

export function readNumber(source: Uint8Array, at: number): number {
  const byte = (n: number): number => source[at + n] ?? 0;
  return (
    (byte(0) * 2 ** 8 + byte(1)) * 2 ** 32 + byte(2) * 2 ** 24 + ((byte(3) << 16) | (byte(4) << 8) | byte(5))
  );
}

/** Of an account, a domain, an alias, a node. */
export function nameKey(name: string): Uint8Array {
  return Buffer.from(name);
}

export function mailboxKey({ login, mailbox }: MailboxAddress): Uint8Array {
  return Buffer.from(`${login}\0${mailbox}\0`);
}

/** Places the messages of a mailbox side by side. */
export function messageKey(mailbox: Uint8Array, id: TimeUuid): Uint8Array {
  const key = Buffer.allocUnsafe(mailbox.length + ID_BYTES);
  key.set(mailbox, 0);
  writeId(id, key, mailbox.length);
  return key;
}

/**
 * Places bodies side by side in the order of their arrival, whosever they are: new ones share the last page of the
 * tree instead of dirtying one page each (measured: ADR 0002).
 */
export function bodyKey(mailbox: Uint8Array, id: TimeUuid): Uint8Array {
  const key = Buffer.allocUnsafe(mailbox.length + ID_BYTES);
  writeId(id, key, 0);
  key.set(mailbox, ID_BYTES);
  return key;
}

export function chunkKey(body: TimeUuid, n: number): Uint8Array {
  const key = Buffer.allocUnsafe(ID_BYTES + NUMBER_BYTES);
  writeId(body, key, 0);
  writeNumber(n, key, ID_BYTES);
  return key;
}

export function holderKey(body: TimeUuid, holder: Holder): Uint8Array {
  const rest =
    holder.kind === 'queue'
      ? messageKey(Buffer.from('q'), holder.item)
      : messageKey(Buffer.concat([Buffer.from('m'), mailboxKey(holder.address)]), holder.message);
  return Buffer.concat([idKey(body), rest]);
}

export function idKey(id: TimeUuid): Uint8Array {
  const key = Buffer.allocUnsafe(ID_BYTES);
  writeId(id, key, 0);
  return key;
}

export function queueKey(queue: QueueId): Uint8Array {
  return Buffer.from(`${queue}\0`);
}

export function sliceKey({ queue, epoch, number }: Slice): Uint8Array {
  const name = queueKey(queue);
  const key = Buffer.allocUnsafe(name.length + 2 * NUMBER_BYTES);
  key.set(name, 0);
  writeNumber(epoch, key, name.length);
  writeNumber(number, key, name.length + NUMBER_BYTES);
  return key;
}

export function itemKey(slice: Uint8Array, item: TimeUuid): Uint8Array {
  return messageKey(slice, item);
}

/** All keys that begin with this one. */
export function rangeOf(prefix: Uint8Array): KeyRange {
  return { start: prefix, end: successor(prefix) };
}

/** The same range without what lies up to and including `last`. */
export function after(last: Uint8Array, range: KeyRange): KeyRange {
  return { start: Buffer.concat([last, Buffer.of(0)]), end: range.end };
}

export const everything: KeyRange = { start: Buffer.of(0), end: Buffer.alloc(ID_BYTES, 0xff) };

/** The first key that does not begin with this prefix. */
function successor(prefix: Uint8Array): Uint8Array {
  const next = Buffer.from(prefix);
  for (let at = next.length - 1; at >= 0; at -= 1) {
    const byte = next[at] ?? 0;
    if (byte < 0xff) {
      next[at] = byte + 1;
      return next.subarray(0, at + 1);
    }
  }
  return everything.end;
}
