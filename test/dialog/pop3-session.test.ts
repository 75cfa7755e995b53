import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeMailbox } from '../unit/pop3/fake-mailbox.js';
import { PASSWORD, Pop3Node } from './pop3-node.js';

const FIRST = 'Subject: one\r\n\r\nHello\r\n.a dot\r\n.\r\n..\r\nbye\r\n';
const SECOND = 'Subject: two\r\n\r\n';

describe('a POP3 session', () => {
  let node: Pop3Node;
  let inbox: FakeMailbox;

  beforeEach(async () => {
    node = await Pop3Node.start();
    inbox = new FakeMailbox([FIRST, SECOND]);
    node.door.mailboxes.set('anne@example.com|inbox', inbox);
  });
  afterEach(() => node.stop());

  it('greets, and says goodbye to a client that never logs in (RFC 1939 sections 4 and 5)', async () => {
    const talk = await node.talk();
    expect(talk.greeting.isOk).toBe(true);
    expect((await talk.command('QUIT')).isOk).toBe(true);
    await talk.connection.ended();
  });

  it('gives the drop listing, scan listings and unique ids (RFC 1939 sections 5 and 7)', async () => {
    const talk = await node.loggedIn();
    expect(await talk.command('STAT')).toMatchObject({ isOk: true, text: '2 59' });
    expect((await talk.listing('LIST')).lines).toEqual(['1 43', '2 16']);
    expect(await talk.command('LIST 2')).toMatchObject({ isOk: true, text: '2 16' });
    expect((await talk.listing('UIDL')).lines).toEqual(['1 uid-1', '2 uid-2']);
    expect(await talk.command('UIDL 1')).toMatchObject({ isOk: true, text: '1 uid-1' });
  });

  it('sends messages octet by octet as they are (RFC 1939 section 5, RETR)', async () => {
    const talk = await node.loggedIn();
    expect((await talk.content('RETR 1')).content.toString()).toBe(FIRST);
    expect((await talk.content('RETR 2')).content.toString()).toBe(SECOND);
    expect((await talk.content('TOP 1 1')).content.toString()).toBe('Subject: one\r\n\r\nHello\r\n');
  });

  it('removes marked messages at QUIT (RFC 1939 section 6)', async () => {
    const talk = await node.loggedIn();
    expect((await talk.command('DELE 1')).isOk).toBe(true);
    expect(inbox.removed).toEqual([]);
    expect((await talk.command('QUIT')).isOk).toBe(true);
    expect(inbox.removed).toEqual([1]);
    expect(inbox.closed).toBeGreaterThan(0);
    await talk.connection.ended();
  });

  it('answers pipelined commands in order (RFC 2449 section 6.6)', async () => {
    const talk = await node.talk();
    talk.connection.send(`USER anne\r\nPASS ${PASSWORD}\r\nSTAT\r\nRETR 2\r\nRETR 1\r\nDELE 2\r\nQUIT\r\n`);
    expect(await talk.connection.ended()).toBe(
      [
        '+OK password, please',
        '+OK 2 messages (59 octets)',
        '+OK 2 59',
        `+OK 16 octets\r\n${SECOND}.`,
        `+OK 43 octets\r\n${FIRST.replaceAll('\n.', '\n..')}.`,
        '+OK done',
        '+OK bye\r\n',
      ].join('\r\n'),
    );
    expect(inbox.removed).toEqual([2]);
  });
});
