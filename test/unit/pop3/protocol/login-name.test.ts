import { describe, expect, it } from '@jest/globals';
import { parseMailboxName } from '../../../../src/mail/mailbox-name.js';
import { chosenMailbox, splitLoginName } from '../../../../src/pop3/protocol/login-name.js';

const MAILBOXES = ['inbox', 'outbox', 'My Box'].map(parseMailboxName);

describe('a login name', () => {
  it.each([
    ['anne', 'anne', 'inbox'],
    ['anne@example.com', 'anne@example.com', 'inbox'],
    ['anne|outbox', 'anne', 'outbox'],
    ['anne|OUTBOX', 'anne', 'outbox'],
    ['anne@example.com|My Box', 'anne@example.com', 'My Box'],
  ])('%j names user and mailbox', (text, user, mailbox) => {
    const name = splitLoginName(text);
    expect(name.user).toBe(user);
    expect(chosenMailbox(name, MAILBOXES)).toBe(mailbox);
  });

  it.each([
    'anne|',
    'anne|..',
    'anne|.',
    'anne|a/b',
    'anne|none',
    'anne|my box',
    'anne|inbox|outbox',
    'anne| inbox',
  ])('%j names no mailbox that there is', (text) => {
    expect(chosenMailbox(splitLoginName(text), MAILBOXES)).toBeUndefined();
  });
});
