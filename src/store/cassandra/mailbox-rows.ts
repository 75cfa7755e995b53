// The statements on the rows of messages: one partition holds their index rows and, in a table of the same key, their
// small bodies, so that both are written, and deleted, in one mutation.
import type { TimeUuid } from '../../base/time-uuid.js';
import type { Delivery, MailboxAddress, MessageEntry } from '../types.js';
import { numberColumn, optionalTextColumn, textColumn } from './columns.js';
import type { Place } from './mailbox-place.js';
import type { Query, Row, WriteRequest } from './ring.js';

const PARTITION = 'login = ? AND mailbox = ? AND period = ? AND part = ?';
const KEY = 'login, mailbox, period, part, id';

const INSERT_SMALL = `INSERT INTO mailboxes (${KEY}, size_bytes) VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`;
const INSERT_BODY = `INSERT INTO bodies (${KEY}, bytes) VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`;
const INSERT_LARGE = `INSERT INTO mailboxes (${KEY}, size_bytes, large_body) VALUES (?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`;
const DELETE_ROWS = `DELETE FROM mailboxes USING TIMESTAMP ? WHERE ${PARTITION} AND id IN ?`;
const DELETE_BODIES = `DELETE FROM bodies USING TIMESTAMP ? WHERE ${PARTITION} AND id IN ?`;
const LIST = `SELECT id, size_bytes, large_body FROM mailboxes WHERE ${PARTITION}`;
const LIST_AFTER = `${LIST} AND id > ?`;
const ANY = `SELECT id FROM mailboxes WHERE ${PARTITION} LIMIT 1`;
const BODIES = `SELECT id, bytes FROM bodies WHERE ${PARTITION} AND id IN ?`;

export function insertion(
  delivery: Delivery,
  address: MailboxAddress,
  place: Place,
  micros: number,
): WriteRequest['queries'] {
  const { id, body } = delivery;
  const { login, mailbox } = address;
  const { period, part } = place;
  if (body.kind === 'large') {
    const values = [login, mailbox, period, part, id, body.sizeBytes, body.id, micros];
    return [{ cql: INSERT_LARGE, values }];
  }
  return [
    { cql: INSERT_SMALL, values: [login, mailbox, period, part, id, body.bytes.length, micros] },
    { cql: INSERT_BODY, values: [login, mailbox, period, part, id, body.bytes, micros] },
  ];
}

/** Of their large bodies it knows nothing. */
export function deletion(
  address: MailboxAddress,
  place: Place,
  messages: readonly Pick<MessageEntry, 'id' | 'largeBody'>[],
  micros: number,
): WriteRequest['queries'] {
  const partition = partitionValues(address, place);
  const ids = messages.map(({ id }) => id);
  const rows = { cql: DELETE_ROWS, values: [micros, ...partition, ids] };
  const idsHere = messages.filter(({ largeBody }) => largeBody === undefined).map(({ id }) => id);
  if (idsHere.length === 0) return [rows]; // a needless tombstone would still be one
  return [rows, { cql: DELETE_BODIES, values: [micros, ...partition, idsHere] }];
}

export function listing(address: MailboxAddress, place: Place, after: TimeUuid | undefined): Query {
  const partition = partitionValues(address, place);
  return after === undefined
    ? { cql: LIST, values: partition }
    : { cql: LIST_AFTER, values: [...partition, after] };
}

/** One id of the partition, if it holds any. */
export function anyMessage(address: MailboxAddress, place: Place): Query {
  return { cql: ANY, values: partitionValues(address, place) };
}

export function smallBodies(address: MailboxAddress, place: Place, ids: readonly TimeUuid[]): Query {
  return { cql: BODIES, values: [...partitionValues(address, place), ids] };
}

export function entryOf(row: Row, place: string): MessageEntry {
  const id = textColumn(row, 'id') as TimeUuid; // the column is a timeuuid
  const sizeBytes = numberColumn(row, 'size_bytes');
  const largeBody = optionalTextColumn(row, 'large_body') as TimeUuid | undefined; // so is this one
  return largeBody === undefined ? { id, sizeBytes, place } : { id, sizeBytes, largeBody, place };
}

function partitionValues(address: MailboxAddress, place: Place): (string | number)[] {
  return [address.login, address.mailbox, place.period, place.part];
}
