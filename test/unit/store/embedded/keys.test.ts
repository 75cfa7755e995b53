import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { systemClock } from '../../../../src/base/clock.js';
import { compareTimeUuids, TimeUuidSource, type TimeUuid } from '../../../../src/base/time-uuid.js';
import type { Login } from '../../../../src/mail/login.js';
import type { MailboxName } from '../../../../src/mail/mailbox-name.js';
import {
  after,
  holderKey,
  idKey,
  mailboxKey,
  messageKey,
  rangeOf,
  readId,
  readNumber,
  writeNumber,
} from '../../../../src/store/embedded/keys.js';
import type { MailboxAddress } from '../../../../src/store/types.js';

/** From many nodes, so that every byte of an id takes every kind of value. */
const ids = Array.from({ length: 500 }, () =>
  new TimeUuidSource(systemClock, { bytes: randomBytes, fraction: Math.random }).next(),
);

function address(login: string, mailbox: string): MailboxAddress {
  return { login: login as Login, mailbox: mailbox as MailboxName };
}

describe('a key', () => {
  it('of an id sorts as ids do, and reads back as the id', () => {
    const inOrderOfIds = ids.toSorted(compareTimeUuids);
    const inOrderOfKeys = ids.toSorted((a, b) => Buffer.compare(idKey(a), idKey(b)));
    expect(inOrderOfKeys).toEqual(inOrderOfIds);
    expect(ids.map((id) => readId(idKey(id), 0))).toEqual(ids);
  });

  it('of a number sorts as numbers do, and reads back', () => {
    const numbers = [0, 1, 255, 256, 65_535, 2 ** 24, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 48 - 1];
    const keys = numbers.map((number) => {
      const key = Buffer.alloc(6);
      writeNumber(number, key, 0);
      return key;
    });
    expect(keys.map((key) => readNumber(key, 0))).toEqual(numbers);
    expect(keys.toSorted((a, b) => Buffer.compare(a, b))).toEqual(keys);
  });

  it('of a message lies in the range of its mailbox and of no other', () => {
    const addresses = [
      address('a@b.c', 'inbox'),
      address('a@b.c', 'inbox2'),
      address('a@b.c', 'inbo'),
      address('a@b.ci', 'nbox'),
      address('a@b.c', 'INBOX'),
      address('\u{fc}@b.c', '\u{1f4e8}'),
    ];
    for (const one of addresses) {
      const { start, end } = rangeOf(mailboxKey(one));
      for (const other of addresses) {
        for (const id of ids.slice(0, 20)) {
          const key = messageKey(mailboxKey(other), id);
          const isInside = Buffer.compare(key, start) >= 0 && Buffer.compare(key, end) < 0;
          expect(isInside).toBe(one === other);
        }
      }
    }
  });

  it('after another leaves that one out and takes the next one in', () => {
    const mailbox = mailboxKey(address('a@b.c', 'inbox'));
    const [first, second] = ids.toSorted(compareTimeUuids).map((id) => messageKey(mailbox, id));
    if (first === undefined || second === undefined) throw new Error('there are two');
    const { start } = after(first, rangeOf(mailbox));
    expect(Buffer.compare(first, start)).toBeLessThan(0);
    expect(Buffer.compare(second, start)).toBeGreaterThanOrEqual(0);
  });

  it('is within what the engine allows for the longest names', () => {
    const longest = address(`${'l'.repeat(64)}@${'d'.repeat(253)}`, 'm'.repeat(200));
    const [id] = ids as [TimeUuid];
    expect(holderKey(id, { kind: 'mailbox', address: longest, message: id }).length).toBeLessThan(1978);
  });
});
