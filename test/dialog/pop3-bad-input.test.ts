import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeMailbox } from '../unit/pop3/fake-mailbox.js';
import { Pop3Node, PASSWORD } from './pop3-node.js';

const MESSAGE = 'Subject: one\r\n\r\nHello\r\n';

describe('bad input to POP3', () => {
  let node: Pop3Node;

  beforeEach(async () => {
    node = await Pop3Node.start();
    node.door.mailboxes.set('anne@example.com|inbox', new FakeMailbox([MESSAGE, MESSAGE, MESSAGE]));
  });
  afterEach(async () => {
    // whatever it was, the next client is served
    const talk = await node.talk();
    talk.close();
    await node.stop();
    if (!talk.greeting.isOk) throw new Error('the next client is not served');
  });

  it.each([
    'RETR 0',
    'RETR 4',
    `RETR ${2 ** 40}`,
    `RETR ${'9'.repeat(200)}`,
    'LIST 4',
    'UIDL 0',
    'DELE 4',
    'TOP 4 1',
  ])('%s: there is no such message (RFC 1939 section 5)', async (line) => {
    const talk = await node.loggedIn();
    expect(await talk.command(line)).toMatchObject({ isOk: false, text: 'no such message' });
    expect((await talk.command('NOOP')).isOk).toBe(true);
  });

  it.each(['RETR -1', 'RETR', 'RETR 1 2', 'TOP', 'TOP 1', 'DELE x', 'LIST -1'])(
    '%s has wrong arguments (RFC 1939 section 3)',
    async (line) => {
      const talk = await node.loggedIn();
      expect(await talk.command(line)).toMatchObject({ isOk: false, text: 'wrong arguments' });
    },
  );

  it('no listing, no retrieval and no second deletion of what is deleted (RFC 1939 section 5)', async () => {
    const talk = await node.loggedIn();
    await talk.command('DELE 2');
    for (const line of ['RETR 2', 'LIST 2', 'UIDL 2', 'DELE 2', 'TOP 2 0']) {
      expect((await talk.command(line)).isOk).toBe(false);
    }
    expect((await talk.listing('LIST')).lines).toEqual(['1 23', '3 23']);
    expect((await talk.listing('UIDL')).lines).toEqual(['1 uid-1', '3 uid-3']);
    expect((await talk.command('STAT')).text).toBe('2 46');
    await talk.command('RSET');
    expect((await talk.command('STAT')).text).toBe('3 69');
  });

  it('wrong passwords over and over, under a name without end, do not fill the log', async () => {
    await node.stop();
    const clock = { monotonicMs: () => 0, wallMs: () => 0 }; // all of it at one moment
    node = await Pop3Node.start({ settings: { loginFailures: 200, errors: 1000 }, parts: { clock } });
    for (let round = 0; round < 2; round += 1) {
      const talk = await node.talk();
      for (let tries = 0; tries < 75; tries += 1) await talk.login(`\u202e${'x'.repeat(150)}`, 'wrong');
      talk.close();
    }
    const lines = node.log.of('pop3.login-refused');
    expect(lines).toHaveLength(100);
    expect(lines[0]).toMatchObject({ user: `\ufffd${'x'.repeat(99)}…`, reason: 'password' });
  });

  it('a line without end is refused once and skipped (RFC 2449 section 4)', async () => {
    const talk = await node.loggedIn();
    talk.connection.send('x'.repeat(300_000));
    expect((await talk.reply()).text).toBe('line too long');
    talk.connection.send('yyy\r\n');
    expect((await talk.command('NOOP')).isOk).toBe(true);
  });

  it.each([
    ['HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['the hello of TLS', Buffer.from('16030100c2010000be0303', 'hex')],
    ['NULs', Buffer.alloc(10_000)],
  ])('%s is told once that it is wrong here, and sent away', async (_what, octets) => {
    const talk = await node.talk();
    talk.connection.send(octets);
    expect(await talk.connection.ended()).toMatch(/^-ERR [^\r\n]*\r\n$/);
  });

  it('too many wrong commands end the session', async () => {
    node.settings.errors = 5;
    const talk = await node.talk();
    talk.connection.send('WHAT\r\n'.repeat(100));
    const replies = (await talk.connection.ended()).trim().split('\r\n');
    expect(replies).toHaveLength(5);
    expect(replies.at(-1)).toBe('-ERR too many errors');
  });

  it('10,000 pipelined NOOPs are all answered', async () => {
    const talk = await node.loggedIn();
    talk.connection.send('NOOP\r\n'.repeat(10_000) + 'QUIT\r\n');
    expect((await talk.connection.ended()).split('+OK done\r\n')).toHaveLength(10_001);
  });

  it('commands in single octets are commands all the same', async () => {
    const talk = await node.talk();
    for (const octet of `USER anne\r\nPASS ${PASSWORD}\r\nQUIT\r\n`) await talk.connection.sendAll(octet);
    expect((await talk.connection.ended()).match(/\+OK/g)).toHaveLength(3);
  });

  it('half a command is none', async () => {
    const talk = await node.loggedIn();
    talk.connection.send('DELE 1\r\nQUI');
    talk.connection.half();
    expect(await talk.connection.ended()).toBe('+OK done\r\n');
    expect(await node.logged('pop3.session-ended')).toMatchObject({ ended: 'dropped', removed: 0 });
  });

  it('a client that has closed its side is answered yet', async () => {
    const talk = await node.loggedIn();
    talk.connection.send('DELE 1\r\nRETR 2\r\nQUIT\r\n');
    talk.connection.half();
    expect(await talk.connection.ended()).toMatch(/bye\r\n$/);
    expect(await node.logged('pop3.session-ended')).toMatchObject({ ended: 'quit', removed: 1 });
  });

  it('resets at any point leave nothing behind', async () => {
    for (const lines of ['', 'USER anne\r\n', `USER anne\r\nPASS ${PASSWORD}\r\n`, 'AUTH PLAIN\r\n', 'CA']) {
      const talk = await node.talk();
      await talk.connection.sendAll(lines);
      talk.connection.reset();
    }
    await node.pop3.drain(20_000);
    const talk = await node.loggedIn();
    expect((await talk.command('STAT')).isOk).toBe(true);
  });
});
