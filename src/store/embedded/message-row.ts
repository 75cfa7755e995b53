// What the index says of a message: its size and, where it has one, its large body. Seven bytes, or twenty-three.
import type { TimeUuid } from '../../base/time-uuid.js';
import type { HeldBody, MessageEntry, SmallBody } from '../types.js';
import { ID_BYTES, NUMBER_BYTES, readId, readNumber, writeId, writeNumber } from './keys.js';

const SMALL = 1;
const LARGE = 2;
const SMALL_ROW_BYTES = 1 + NUMBER_BYTES;

export function sizeOf(body: SmallBody | HeldBody): number {
  return body.kind === 'small' ? body.bytes.length : body.sizeBytes;
}

export function encodeMessageRow(body: SmallBody | HeldBody): Uint8Array {
  const row = Buffer.allocUnsafe(body.kind === 'small' ? SMALL_ROW_BYTES : SMALL_ROW_BYTES + ID_BYTES);
  row[0] = body.kind === 'small' ? SMALL : LARGE;
  writeNumber(sizeOf(body), row, 1);
  if (body.kind === 'large') writeId(body.id, row, SMALL_ROW_BYTES);
  return row;
}

export function decodeMessageRow(id: TimeUuid, row: Uint8Array): MessageEntry {
  const entry = { id, sizeBytes: readNumber(row, 1), place: '' };
  return row[0] === LARGE ? { ...entry, largeBody: readId(row, SMALL_ROW_BYTES) } : entry;
}
