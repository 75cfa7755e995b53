import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/base/failure.js';
import { FakeMailbox } from '../unit/pop3/fake-mailbox.js';
import { Pop3Node } from './pop3-node.js';

const HEADER = 'Subject: one\r\n\r\n';
const LARGE = Buffer.from(HEADER + `.${'x'.repeat(76)}\r\n`.repeat(5_000));

describe('retrieving by POP3', () => {
  let node: Pop3Node;

  const inboxOf = (messages: readonly (string | Uint8Array)[]): FakeMailbox => {
    const inbox = new FakeMailbox(messages);
    node.door.mailboxes.set('anne@example.com|inbox', inbox);
    return inbox;
  };

  beforeEach(async () => {
    node = await Pop3Node.start();
  });
  afterEach(() => node.stop());

  it.each([
    ['an empty message', ''],
    ['NUL and 8-bit octets', `${HEADER}\0\xff\xfe\0\r\n`],
    ['lines of dots', `${HEADER}.\r\n..\r\n...\r\n`],
    ['a line of 1,000,000 octets', `${HEADER}${'y'.repeat(1_000_000)}\r\n`],
    ['400 KB in lines of dots', LARGE.toString()],
  ])('%s comes as it was stored (RFC 1939 section 5)', async (_what, message) => {
    inboxOf([message]);
    const talk = await node.loggedIn();
    const { isOk, text, content } = await talk.content('RETR 1');
    expect({ isOk, text }).toEqual({ isOk: true, text: `${message.length} octets` });
    expect(content.equals(Buffer.from(message, 'latin1'))).toBe(true);
  });

  it('reads no more of a large message than TOP needs (RFC 1939 section 7)', async () => {
    const inbox = inboxOf([LARGE]);
    inbox.pieceOctets = 4096;
    inbox.failsAfter.set(1, 2);
    const talk = await node.loggedIn();
    expect((await talk.content('TOP 1 2')).content.toString()).toBe(
      LARGE.subarray(0, 16 + 2 * 79).toString(),
    );
  });

  it('reads with a message those that follow it, for a client that asks for one after the other', async () => {
    const inbox = inboxOf(Array.from({ length: 8 }, (_, at) => `${HEADER}${at}\r\n`));
    const talk = await node.loggedIn();
    const begun: (readonly number[])[] = [];
    for (let number = 1; number <= 5; number += 1) {
      const { content } = await talk.content(`RETR ${number}`);
      expect(content.toString()).toBe(`${HEADER}${number - 1}\r\n`);
      begun.push([...inbox.begun]);
    }
    const six = [1, 2, 3, 4, 5, 6];
    expect(begun).toEqual([[1, 2], [1, 2], six, six, six]);
  });

  it('reads the next messages ahead while one is being read', async () => {
    const inbox = inboxOf(Array.from({ length: 40 }, (_, at) => `${HEADER}${at}\r\n`));
    const gate = new EventEmitter();
    inbox.holds.set(1, once(gate, 'open'));
    const talk = await node.loggedIn();
    const commands = Array.from({ length: 40 }, (_, at) => `RETR ${at + 1}\r\n`).join('');
    talk.connection.send(`${commands}QUIT\r\n`);
    while (inbox.begun.length < 32) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(inbox.begun).toHaveLength(32); // itself, and 31 ahead
    gate.emit('open');
    const replies = await talk.connection.ended();
    expect([...replies.matchAll(/\r\n\r\n(\d+)\r\n\.\r\n/g)].map(([, number]) => Number(number))).toEqual(
      Array.from({ length: 40 }, (_, at) => at),
    );
    expect(inbox.begun).toHaveLength(40);
  });

  it('goes on past a message that cannot be read, and says so (RFC 3206 section 4)', async () => {
    const inbox = inboxOf([HEADER, HEADER, HEADER]);
    inbox.failsAfter.set(2, 0);
    const talk = await node.loggedIn();
    talk.connection.send('RETR 1\r\nRETR 2\r\nRETR 3\r\n');
    expect((await talk.reply()).isOk).toBe(true);
    await talk.body();
    expect(await talk.reply()).toMatchObject({ isOk: false, code: 'SYS/TEMP' });
    expect((await talk.reply()).isOk).toBe(true);
    await talk.body();
    expect(await node.logged('pop3.command-failed')).toMatchObject({ mailbox: 'inbox' });
  });

  it('closes the connection where a message breaks off in the middle, and removes nothing', async () => {
    const inbox = inboxOf([LARGE, HEADER]);
    inbox.failsAfter.set(1, 3);
    const talk = await node.loggedIn();
    talk.connection.send('DELE 2\r\nRETR 1\r\nQUIT\r\n');
    expect(await talk.connection.ended()).not.toMatch(/\r\n\.\r\n/);
    expect(await node.logged('pop3.message-broken-off')).toBeDefined();
    expect(await node.logged('pop3.session-ended')).toMatchObject({ ended: 'broken-off', removed: 0 });
    expect(inbox.removed).toEqual([]);
  });

  it('needs UTF8 for a header in UTF-8 (RFC 6856 section 5)', async () => {
    const message = Buffer.from('Subject: gr\u00fcn\r\n\r\nbody \u00fc\r\n');
    inboxOf([message, Buffer.from(`${HEADER}\u00fc\r\n`)]);
    const talk = await node.loggedIn();
    expect(await talk.command('RETR 1')).toMatchObject({ isOk: false, code: 'UTF8' });
    expect(await talk.command('TOP 1 0')).toMatchObject({ isOk: false, code: 'UTF8' });
    expect((await talk.content('RETR 2')).isOk).toBe(true);
    await talk.command('QUIT');
    const other = await node.talk();
    expect((await other.command('UTF8')).isOk).toBe(true);
    await other.login('anne', 'correct horse');
    expect((await other.content('RETR 1')).content.equals(message)).toBe(true);
  });

  it('lists 100,000 messages without holding up anybody for long', async () => {
    inboxOf(Array.from({ length: 100_000 }, () => 'x'));
    const talk = await node.loggedIn();
    let longestMs = 0;
    let lastMs = performance.now();
    const beat = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 5);
    talk.connection.send('UIDL\r\nQUIT\r\n');
    const lines = (await talk.connection.ended()).split('\r\n');
    clearInterval(beat);
    expect(lines[100_000]).toBe('100000 uid-100000');
    expect(lines.slice(-3)).toEqual(['.', '+OK bye', '']);
    expect(longestMs).toBeLessThan(1000);
  });

  it('makes no more for a client that does not read than a bound allows', async () => {
    const inbox = inboxOf(Array.from({ length: 1000 }, () => LARGE));
    const talk = await node.loggedIn();
    talk.connection.pause();
    talk.connection.send(Array.from({ length: 1000 }, (_, at) => `RETR ${at + 1}\r\n`).join(''));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(inbox.begun.length).toBeLessThan(20); // of 400 MB, what the system's buffers take
    const other = await node.talk(); // and others are served meanwhile
    expect(other.greeting.isOk).toBe(true);
    talk.close();
    await node.logged('pop3.session-ended');
  });
});

describe('the end of a POP3 session', () => {
  let node: Pop3Node;
  let inbox: FakeMailbox;

  beforeEach(async () => {
    node = await Pop3Node.start();
    inbox = new FakeMailbox([HEADER, HEADER, HEADER]);
    node.door.mailboxes.set('anne@example.com|inbox', inbox);
  });
  afterEach(() => node.stop());

  it('by a dropped connection removes nothing and frees the mailbox (RFC 1939 section 6)', async () => {
    const talk = await node.loggedIn();
    await talk.command('DELE 1');
    talk.close();
    expect(await node.logged('pop3.session-ended')).toMatchObject({ ended: 'dropped', removed: 0 });
    expect(inbox.removed).toEqual([]);
    expect((await (await node.loggedIn()).command('STAT')).text).toBe('3 48');
  });

  it('by QUIT says what could not be removed (RFC 1939 section 6)', async () => {
    inbox.removal = { kind: 'partly', left: 1 };
    const talk = await node.loggedIn();
    talk.connection.send('DELE 1\r\nDELE 2\r\nQUIT\r\n');
    expect(await talk.connection.ended()).toMatch(
      /-ERR \[SYS\/TEMP\] some deleted messages not removed[^\r]*\r\n$/,
    );
    expect(await node.logged('pop3.session-ended')).toMatchObject({ ended: 'quit', removed: 1 });
  });

  it.each([
    ['the lock was lost', { kind: 'lost' } as const],
    ['the store failed', new Failure('store-unavailable', 'as the test wants it')],
  ])('by QUIT says when nothing was removed since %s', async (_why, removal) => {
    inbox.removal = removal;
    const talk = await node.loggedIn();
    talk.connection.send('DELE 1\r\nQUIT\r\n');
    expect(await talk.connection.ended()).toMatch(/-ERR \[SYS\/TEMP\] [^\r]*\r\n$/);
    expect(inbox.closed).toBeGreaterThan(0);
  });

  it('by autologout comes without a word and without UPDATE (RFC 1939 section 3)', async () => {
    node.settings.idleMs = 50;
    const talk = await node.loggedIn();
    talk.connection.send('DELE 1\r\n');
    expect(await talk.connection.ended()).toBe('+OK done\r\n');
    expect(await node.logged('pop3.session-ended')).toMatchObject({ ended: 'idle', removed: 0 });
    expect(inbox.removed).toEqual([]);
  });

  it('comes at last when the node stops, for a client that takes nothing too', async () => {
    node.door.mailboxes.set(
      'anne@example.com|outbox',
      new FakeMailbox(Array.from({ length: 50 }, () => LARGE)),
    );
    const talk = await node.loggedIn('anne|outbox');
    talk.connection.pause();
    talk.connection.send(Array.from({ length: 50 }, (_, at) => `RETR ${at + 1}\r\n`).join(''));
    await node.pop3.drain(200);
    expect(await node.logged('pop3.session-ended')).toMatchObject({ ended: 'stopped', removed: 0 });
    talk.close();
  });

  it('comes soon when the node stops, at once for who has not logged in', async () => {
    const stranger = await node.talk();
    const talk = await node.loggedIn();
    await talk.command('DELE 1');
    const drained = node.pop3.drain(20_000);
    await stranger.connection.ended();
    expect((await talk.command('QUIT')).isOk).toBe(true);
    await drained;
    expect(inbox.removed).toEqual([1]);
  });
});
