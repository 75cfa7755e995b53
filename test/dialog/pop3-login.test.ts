import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/base/failure.js';
import { FakeMailbox } from '../unit/pop3/fake-mailbox.js';
import { PASSWORD, Pop3Node } from './pop3-node.js';

const plain = (text: string): string => Buffer.from(text).toString('base64');

describe('logging in to POP3', () => {
  let node: Pop3Node;

  beforeEach(async () => {
    node = await Pop3Node.start();
    node.door.mailboxes.set('anne@example.com|inbox', new FakeMailbox(['a: b\r\n\r\n']));
    node.door.mailboxes.set('anne@example.com|outbox', new FakeMailbox(['1', '2']));
  });
  afterEach(() => node.stop());

  it.each([
    ['anne', '1 messages (8 octets)'],
    ['anne@example.com', '1 messages (8 octets)'],
    ['anne|outbox', '2 messages (2 octets)'],
    ['anne@example.com|outbox', '2 messages (2 octets)'],
    ['anne|Gr\u00fcn', '0 messages (0 octets)'],
  ])('as %s opens that mailbox, by USER and by AUTH', async (user, text) => {
    const talk = await node.talk();
    expect(await talk.login(user, PASSWORD)).toMatchObject({ isOk: true, text });
    await talk.command('QUIT');
    const other = await node.talk();
    expect(await other.command(`AUTH PLAIN ${plain(`\0${user}\0${PASSWORD}`)}`)).toMatchObject({
      isOk: true,
      text,
    });
  });

  it('takes the response after a challenge (RFC 5034 section 4)', async () => {
    const talk = await node.talk();
    talk.connection.send('AUTH PLAIN\r\n');
    expect(await talk.connection.line()).toBe('+ ');
    expect((await talk.command(plain(`\0anne\0${PASSWORD}`))).isOk).toBe(true);
  });

  it('can be cancelled in the middle of AUTH (RFC 5034 section 4)', async () => {
    const talk = await node.talk();
    talk.connection.send('AUTH PLAIN\r\n*\r\n');
    expect(await talk.connection.line()).toBe('+ ');
    expect((await talk.reply()).isOk).toBe(false);
    expect((await talk.login('anne', PASSWORD)).isOk).toBe(true);
  });

  it('is the same refusal for a wrong password and a user who is not there (RFC 3206 section 5)', async () => {
    const talk = await node.talk();
    const wrong = await talk.login('anne', 'wrong');
    expect(wrong).toMatchObject({ isOk: false, code: 'AUTH' });
    expect(await talk.login('nobody', 'wrong')).toEqual(wrong);
  });

  it('ends after as many wrong passwords as are allowed', async () => {
    const talk = await node.talk();
    for (const _attempt of [1, 2]) expect((await talk.login('anne', 'wrong')).isOk).toBe(false);
    talk.connection.send('USER anne\r\nPASS wrong\r\nUSER anne\r\n');
    expect((await talk.connection.ended()).match(/^[+-]/gm)).toHaveLength(2);
  });

  it.each(['anne|..', 'anne|no-such-box', 'anne|', 'anne|a/b'])(
    'tells of a mailbox that is not there (%s) only who knows the password',
    async (user) => {
      const talk = await node.talk();
      expect(await talk.login(user, 'wrong')).toMatchObject({ isOk: false, code: 'AUTH' });
      expect(await talk.login(user, PASSWORD)).toMatchObject({ isOk: false, text: 'no such mailbox' });
      expect((await talk.login('anne', PASSWORD)).isOk).toBe(true);
    },
  );

  it('is refused while another session has the mailbox (RFC 1939 section 4, RFC 2449 section 8.1.2)', async () => {
    const first = await node.loggedIn();
    const second = await node.talk();
    expect(await second.login('anne', PASSWORD)).toMatchObject({ isOk: false, code: 'IN-USE' });
    expect((await second.login('anne|outbox', PASSWORD)).isOk).toBe(true);
    await first.command('QUIT');
    await node.loggedIn();
  });

  it('waits between two of them where there is a delay (RFC 2449 section 8.1.1)', async () => {
    node.settings.loginDelayMs = 60_000;
    const first = await node.loggedIn();
    expect((await first.listing('CAPA')).lines).toContain('LOGIN-DELAY 60');
    await first.command('QUIT');
    const second = await node.talk();
    expect(await second.login('anne', PASSWORD)).toMatchObject({ isOk: false, code: 'LOGIN-DELAY' });
    expect((await second.login('anne|outbox', PASSWORD)).isOk).toBe(true);
  });

  it('says what a failure means (RFC 3206 section 4)', async () => {
    const talk = await node.talk();
    node.door.failure = new Failure('store-unavailable', 'as the test wants it');
    expect(await talk.login('anne', PASSWORD)).toMatchObject({ isOk: false, code: 'SYS/TEMP' });
    node.door.failure = new Failure('record-damaged', 'as the test wants it');
    expect(await talk.login('anne', PASSWORD)).toMatchObject({ isOk: false, code: 'SYS/PERM' });
    node.answerLogins(() => ({ kind: 'slowed', retryAfterMs: 1500 }));
    expect(await talk.login('anne', PASSWORD)).toMatchObject({ isOk: false, code: 'SYS/TEMP' });
    node.answerLogins(() => ({ kind: 'disabled' }));
    expect(await talk.login('anne', PASSWORD)).toMatchObject({ isOk: false, code: 'AUTH' });
  });
});
