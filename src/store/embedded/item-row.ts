// A queued item as a row: the stamp of its last change, its body's size and large body, envelope and state. An item
// that is done leaves a row with the stamp only, in the place of the item: a write of it that comes late has a lower
// stamp and finds that. Such rows go with their slice.
import type { TimeUuid } from '../../base/time-uuid.js';
import { Failure } from '../../base/failure.js';
import { decodeEnvelope, decodeState, encodeEnvelope, encodeState } from '../relay-codec.js';
import type { HeldBody, RecoveredItem, RelayItem, RelayState, Slice, Stamp } from '../types.js';
import { ID_BYTES, NUMBER_BYTES, readId, readNumber, writeId, writeNumber } from './keys.js';
import { sizeOf } from './message-row.js';
import { STAMP_BYTES, writeStamp } from './stamps.js';

const DONE = 0;
const SMALL = 1;
const LARGE = 2;

const KIND = STAMP_BYTES;
const SIZE = KIND + 1;
const LARGE_BODY = SIZE + NUMBER_BYTES;
/** How long the envelope is; the state follows it. */
const ENVELOPE_LENGTH = LARGE_BODY + ID_BYTES;
const ENVELOPE = ENVELOPE_LENGTH + NUMBER_BYTES;

export function encodeItem({ envelope, state, body }: RelayItem, stamp: Stamp): Uint8Array {
  const envelopeText = encodeEnvelope(envelope);
  const stateText = encodeState(state);
  const envelopeBytes = Buffer.byteLength(envelopeText);
  const row = Buffer.alloc(ENVELOPE + envelopeBytes + Buffer.byteLength(stateText));
  writeStamp(stamp, row);
  row[KIND] = body.kind === 'small' ? SMALL : LARGE;
  writeNumber(sizeOf(body), row, SIZE);
  if (body.kind === 'large') writeId(body.id, row, LARGE_BODY);
  writeNumber(envelopeBytes, row, ENVELOPE_LENGTH);
  row.write(envelopeText, ENVELOPE);
  row.write(stateText, ENVELOPE + envelopeBytes);
  return row;
}

/** The same item in another state. */
export function withState(row: Uint8Array, state: RelayState, stamp: Stamp): Uint8Array {
  const kept = row.subarray(0, ENVELOPE + readNumber(row, ENVELOPE_LENGTH));
  const replaced = Buffer.concat([kept, Buffer.from(encodeState(state))]);
  writeStamp(stamp, replaced);
  return replaced;
}

export function doneRow(stamp: Stamp): Uint8Array {
  const row = Buffer.alloc(KIND + 1, DONE);
  writeStamp(stamp, row);
  return row;
}

export function isDone(row: Uint8Array): boolean {
  return row.length === KIND + 1 && row[KIND] === DONE; // not one that was overwritten with zeros
}

/** Fails with *record-damaged*. */
export function decodeItem(slice: Slice, id: TimeUuid, row: Uint8Array): RecoveredItem {
  const record = `item ${id} of queue ${slice.queue}`;
  const state = ENVELOPE + readNumber(row, ENVELOPE_LENGTH);
  if ((row[KIND] !== SMALL && row[KIND] !== LARGE) || state > row.length) {
    throw new Failure('record-damaged', `${record} is not one of ours`);
  }
  return {
    id,
    slice,
    envelope: decodeEnvelope(textOf(row, ENVELOPE, state), record),
    state: decodeState(textOf(row, state, row.length), record),
    body: bodyOf(row),
  };
}

function bodyOf(row: Uint8Array): RecoveredItem['body'] {
  const sizeBytes = readNumber(row, SIZE);
  if (row[KIND] === SMALL) return { kind: 'small', sizeBytes };
  const body = { kind: 'large', id: readId(row, LARGE_BODY), sizeBytes } as const;
  return body as HeldBody; // only held ones are appended
}

function textOf(row: Uint8Array, from: number, to: number): string {
  return Buffer.from(row.buffer, row.byteOffset + from, to - from).toString();
}
