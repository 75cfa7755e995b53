import { describe, expect, it } from '@jest/globals';
import type { TimeUuid } from '../../../../src/base/time-uuid.js';
import { parseLogin } from '../../../../src/mail/login.js';
import { INBOX } from '../../../../src/mail/mailbox-name.js';
import { refOf } from '../../../../src/store/cassandra/body-holders.js';

const ID = '5d0a9d40-7f2e-11f0-8000-0123456789ab' as TimeUuid;

describe('refOf', () => {
  it('names a message in a mailbox and an item of a queue', () => {
    const address = { login: parseLogin('ann@example.org'), mailbox: INBOX };
    expect(refOf({ kind: 'mailbox', address, message: ID })).toBe(`mailbox|ann@example.org|inbox|${ID}`);
    expect(refOf({ kind: 'queue', item: ID })).toBe(`queue|${ID}`);
  });
});
