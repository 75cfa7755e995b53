// What is sent to POP3 by those who don't know it, or know it too well, and how each of it ends.
import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Pop3Talk } from '../../talk/pop3-talk.js';
import { aSecond } from './a-second.js';
import type { Stranger } from './stranger.js';

const LARGE_MESSAGES = 4;

export const pop3BadInput: Readonly<Record<string, (stranger: Stranger) => Promise<void>>> = {
  'HTTP is told once that it is wrong here': async (stranger) => {
    for (const talk of [await stranger.pop3(), await stranger.pop3s()]) {
      talk.connection.send('GET / HTTP/1.1\r\nHost: mx.example.com\r\nAccept: */*\r\n\r\n');
      expect(await talk.connection.ended()).toBe('-ERR this is POP3\r\n');
    }
  },

  'binary is told once that it is no command': async (stranger) => {
    const noise = [Buffer.from('16030100c2010000be0303', 'hex'), Buffer.alloc(100_000), zeroThen(99_999)];
    for (const octets of noise) {
      const talk = await stranger.pop3();
      talk.connection.send(octets);
      expect(await talk.connection.ended()).toMatch(/^-ERR [^\r\n]+\r\n$/);
    }
  },

  'binary after the login is refused, and the session goes on': async (stranger) => {
    const talk = await stranger.loggedIn();
    talk.connection.send(Buffer.concat([Buffer.alloc(300), Buffer.from('\r\nNOOP\r\n')]));
    expect((await talk.reply()).isOk).toBe(false);
    expect((await talk.reply()).isOk).toBe(true);
  },

  '10,000 pipelined NOOPs are all answered': async (stranger) => {
    const talk = await stranger.loggedIn();
    talk.connection.send(`${'NOOP\r\n'.repeat(10_000)}QUIT\r\n`);
    expect((await talk.connection.ended()).split('+OK done\r\n')).toHaveLength(10_001);
  },

  '10,000 pipelined NOOPs before the login end it': async (stranger) => {
    const talk = await stranger.pop3s();
    talk.connection.send('NOOP\r\n'.repeat(10_000));
    const replies = (await talk.connection.ended()).trimEnd().split('\r\n');
    expect(new Set(replies.slice(0, -1))).toEqual(new Set(['-ERR not now']));
    expect(replies.at(-1)).toBe('-ERR too many errors');
  },

  'lines that are too long are refused once, and skipped': async (stranger) => {
    const talk = await stranger.loggedIn();
    for (const octets of [254, 100_000, 1_000_000]) {
      talk.connection.send(`NOOP ${'x'.repeat(octets)}\r\n`);
      expect(await talk.reply()).toMatchObject({ isOk: false, text: 'line too long' });
      expect((await talk.command('NOOP')).isOk).toBe(true);
    }
  },

  'half commands do nothing': async (stranger) => {
    const talk = await stranger.loggedIn();
    talk.connection.send('DELE 1\r\nDELE 2\r\nQUI');
    talk.connection.half();
    expect(await talk.connection.ended()).toBe('+OK done\r\n+OK done\r\n');
    for (const half of ['U', 'USER an', 'STL', 'AUTH PLAIN AG', '\r']) {
      const other = await stranger.pop3();
      await other.connection.sendAll(half);
      other.close();
    }
  },

  'resets after each command leave nothing behind': async (stranger) => {
    const { address, password } = stranger.user;
    const after = ['STAT', 'LIST', 'UIDL', 'TOP 1 0', 'RETR 1', 'DELE 1', 'RETR 2', 'CAPA', 'RSET', 'NOOP'];
    const session = [`USER ${address}`, `PASS ${password}`, ...after];
    for (let count = 0; count <= session.length; count += 1) {
      const talk = await stranger.pop3();
      await talk.startTls();
      await talk.connection.sendAll(
        session
          .slice(0, count)
          .map((line) => `${line}\r\n`)
          .join(''),
      );
      talk.connection.reset();
    }
    await (await stranger.loggedIn()).command('QUIT');
  },

  'resets before, in and after a handshake leave nothing behind': async (stranger) => {
    for (const sent of ['', 'STLS\r\n', 'STLS\r\n\x16\x03\x01\x00\xc2', 'AUTH PLAIN\r\n', 'CA']) {
      const talk = await stranger.pop3();
      await talk.connection.sendAll(Buffer.from(sent, 'latin1'));
      if (sent.startsWith('STLS')) expect((await talk.reply()).isOk).toBe(true);
      talk.connection.reset();
    }
  },

  'what is injected behind STLS is not run': async (stranger) => {
    const { address, password } = stranger.user;
    const talk = await stranger.pop3();
    talk.connection.send(`STLS\r\nUSER ${address}\r\nCAPA\r\n`);
    expect((await talk.reply()).isOk).toBe(true);
    await talk.connection.upgradeToTls();
    expect(await talk.command(`PASS ${password}`)).toMatchObject({ isOk: false, text: 'USER first' });
    expect(talk.connection.pending).toBe('');
  },

  'AUTH with broken base64, and AUTH that is cancelled': async (stranger) => {
    const talk = await stranger.pop3s();
    for (const response of ['***', 'AGFubmU', '====', 'gICA', 'x'.repeat(4000), '\x80\x81', '', '*']) {
      expect((await begun(talk)).isOk).toBe(true);
      talk.connection.send(Buffer.from(`${response}\r\n`, 'latin1'));
      expect((await talk.reply()).isOk).toBe(false);
    }
    for (const line of ['AUTH PLAIN ***', 'AUTH PLAIN =', 'AUTH NOPE', 'AUTH PLAIN A B'])
      expect((await talk.command(line)).isOk).toBe(false);
    const { address, password } = stranger.user;
    expect((await talk.login(address, password)).isOk).toBe(true);
  },

  'mailboxes that cannot be, or are not there': async (stranger) => {
    const { address, password } = stranger.user;
    const names = ['..', 'no-such-box', '', '../../etc/passwd', 'inbox|inbox', ' ', 'x'.repeat(100), 'é'];
    for (const name of names) {
      const talk = await stranger.pop3s();
      expect(await talk.login(`${address}|${name}`, password)).toMatchObject({ isOk: false });
    }
    const talk = await stranger.pop3s();
    expect((await talk.login('|inbox', password)).isOk).toBe(false);
  },

  'numbers that no message has, and commands without theirs': async (stranger) => {
    const numbers = [
      '0',
      '4',
      '-1',
      String(2 ** 40),
      String(2 ** 64),
      '1e0',
      '0x1',
      '\u0661',
      '9'.repeat(200),
    ];
    for (const number of [...numbers, '']) {
      const talk = await stranger.loggedIn();
      for (const line of [`RETR ${number}`, `DELE ${number}`, `TOP ${number} 0`, `LIST x${number}`])
        expect((await talk.command(line)).isOk).toBe(false);
      expect((await talk.command('QUIT')).isOk).toBe(true);
    }
  },

  'TOP without arguments, or with odd ones': async (stranger) => {
    const talk = await stranger.loggedIn();
    for (const line of ['TOP', 'TOP 1', 'TOP 1 -1', 'TOP 1 1 1', 'TOP a b'])
      expect(await talk.command(line)).toMatchObject({ isOk: false, text: 'wrong arguments' });
    expect((await talk.content(`TOP 1 ${2 ** 40}`)).content.toString()).toMatch(/Hello\r\n$/);
  },

  'UTF-8 without UTF8': async (stranger) => {
    const { node } = stranger;
    const user = await node.newUser();
    await node.send(user.address, Buffer.from('Subject: gr\u00fc\u00dfe\r\n\r\nx\r\n'));
    const talk = await stranger.pop3s();
    for (const line of ['USER j\u00f6rg', 'PASS \u00fc', 'gr\u00fc\u00df']) await talk.command(line);
    await talk.login(user.address, user.password);
    expect(await talk.command('RETR 1')).toMatchObject({ isOk: false, code: 'UTF8' });
    expect(await talk.command('TOP 1 0')).toMatchObject({ isOk: false, code: 'UTF8' });
    expect((await talk.command('STAT')).isOk).toBe(true);
    const other = await stranger.pop3s();
    other.connection.send(Buffer.from('USER j\xf6rg\r\n', 'latin1'));
    expect(await other.connection.ended()).toBe('-ERR not a command\r\n');
  },

  'clients that send or read an octet per second are answered': async (stranger) => {
    await Promise.all([typesSlowly(stranger), readsSlowly(stranger)]);
  },

  'random octets, ten times a thousand': async (stranger) => {
    for (let times = 0; times < 10; times += 1) {
      const talk = await stranger.pop3();
      await talk.connection.sendAll(Buffer.concat([randomBytes(1000), Buffer.from('\r\n')]));
      talk.connection.half();
      const replies = (await talk.connection.ended()).split('\r\n').slice(0, -1);
      expect(replies.filter((reply) => !reply.startsWith('-ERR '))).toEqual([]);
    }
  },
};

function zeroThen(octets: number): Buffer {
  return Buffer.concat([Buffer.alloc(1), Buffer.alloc(octets, 'x')]);
}

function begun(talk: Pop3Talk): Promise<{ readonly isOk: boolean }> {
  talk.connection.send('AUTH PLAIN\r\n');
  return talk.connection.line().then((line) => ({ isOk: line.startsWith('+ ') }));
}

async function typesSlowly(stranger: Stranger): Promise<void> {
  const talk = await stranger.pop3s();
  for (const octet of 'QUIT\r\n') {
    expect(talk.connection.pending).toBe('');
    await talk.connection.sendAll(octet);
    await aSecond();
  }
  expect(await talk.connection.ended()).toBe('+OK bye\r\n');
}

/** Far more than the system keeps for anybody; after some seconds he takes it as others do, and it is whole. */
async function readsSlowly(stranger: Stranger): Promise<void> {
  const { node } = stranger;
  const user = await node.newUser();
  await node.send(user.address, `Subject: large\r\n\r\n${`${'x'.repeat(998)}\r\n`.repeat(4000)}`);
  const [message = Buffer.alloc(0)] = await node.fetch(user);
  const talk = await stranger.pop3s();
  await talk.login(user.address, user.password);
  talk.connection.pause();
  talk.connection.send('RETR 1\r\n'.repeat(LARGE_MESSAGES));
  for (let seconds = 0; seconds < 4; seconds += 1) {
    talk.connection.takeOctet();
    await aSecond();
  }
  talk.connection.resume();
  for (let count = 0; count < LARGE_MESSAGES; count += 1) {
    expect((await talk.reply()).isOk).toBe(true);
    expect((await talk.body()).equals(message)).toBe(true);
  }
}
