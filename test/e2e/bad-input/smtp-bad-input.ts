// What is sent to SMTP and submission by those who don't know them, or know them too well, and how each of it ends.
import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import type { SmtpTalk } from '../../talk/smtp-talk.js';
import { aSecond } from './a-second.js';
import type { Stranger } from './stranger.js';

const MAIL = 'MAIL FROM:<sender@remote.test>';

export const smtpBadInput: Readonly<Record<string, (stranger: Stranger) => Promise<void>>> = {
  'HTTP is sent away at once': async (stranger) => {
    for (const talk of [await stranger.smtp(), await stranger.submissions()]) {
      talk.connection.send('POST / HTTP/1.1\r\nHost: mx.example.com\r\n\r\nEHLO x\r\nMAIL FROM:<>\r\n');
      expect(await talk.connection.ended()).toBe('421 4.7.0 mx.example.com This is SMTP\r\n');
    }
  },

  'binary is refused until it is sent away': async (stranger) => {
    for (const octets of [Buffer.from('16030100c2010000be0303', 'hex'), Buffer.alloc(100_000)]) {
      const talk = await stranger.smtp();
      await talk.connection.sendAll(Buffer.concat([octets, Buffer.from('\r\n')]));
      expect((await talk.reply()).code).toBe(500);
      expect((await talk.command('NOOP')).code).toBe(250);
    }
    const talk = await stranger.smtp();
    for (let times = 0; times < 100; times += 1)
      talk.connection.send(`${randomBytes(500).toString('latin1')}\r\n`);
    expect(await talk.connection.ended()).toMatch(/421 4\.7\.0 mx\.example\.com Too many errors\r\n$/);
  },

  'commands in the wrong order are 503, and the session goes on': async (stranger) => {
    const talk = await stranger.smtp();
    for (const line of [MAIL, 'DATA', `RCPT TO:<${stranger.user.address}>`])
      expect((await talk.command(line)).code).toBe(503);
    await talk.ehlo();
    expect((await talk.command('DATA')).code).toBe(503);
    expect((await talk.command(MAIL)).code).toBe(250);
    expect((await talk.command(MAIL)).code).toBe(503);
  },

  '10,000 pipelined NOOPs end the session': async (stranger) => {
    const talk = await stranger.smtp();
    talk.connection.send('NOOP\r\n'.repeat(10_000));
    const replies = (await talk.connection.ended()).trimEnd().split('\r\n');
    expect(new Set(replies.slice(0, -1))).toEqual(new Set(['250 2.0.0 Ok']));
    expect(replies.at(-1)).toMatch(/^421 4\.7\.0 /);
  },

  'lines that are too long are refused once, and skipped': async (stranger) => {
    const talk = await stranger.smtp();
    await talk.ehlo();
    for (const octets of [506, 100_000, 1_000_000]) {
      expect((await talk.command(`NOOP ${'x'.repeat(octets)}`)).code).toBe(500);
      expect((await talk.command('NOOP')).code).toBe(250);
    }
  },

  'half commands do nothing': async (stranger) => {
    for (const half of ['E', 'EHLO client.te', 'MAIL FROM:<a@', 'STARTTL', '\r']) {
      const talk = await stranger.smtp();
      await talk.connection.sendAll(half);
      talk.connection.half();
      expect(await talk.connection.ended()).not.toMatch(/^2/m);
    }
  },

  'resets at any point leave nothing behind': async (stranger) => {
    const user = await stranger.node.newUser();
    const to = `RCPT TO:<${user.address}>`;
    const byData = ['EHLO client.test', MAIL, to, 'DATA', 'Subject: half', '', 'half a line'];
    const byChunk = ['EHLO client.test', MAIL, to, 'BDAT 2\r\nx', 'BDAT 10\r\nhalf'];
    for (const lines of [byData, byChunk]) {
      for (let count = 0; count <= lines.length; count += 1) {
        const talk = await stranger.smtp();
        const sent = lines.slice(0, count).map((line) => `${line}\r\n`);
        await talk.connection.sendAll(sent.join(''));
        talk.connection.reset();
      }
    }
    expect(await stranger.node.fetch(user)).toEqual([]);
  },

  'resets in and after a handshake leave nothing behind': async (stranger) => {
    for (const sent of ['STARTTLS\r\n', 'STARTTLS\r\n\x16\x03\x01\x00\xc2', 'STARTTLS\r\nEHLO x\r\n']) {
      const talk = await stranger.smtp();
      await talk.ehlo();
      await talk.connection.sendAll(Buffer.from(sent, 'latin1'));
      expect((await talk.reply()).code).toBe(220);
      talk.connection.reset();
    }
  },

  'what is injected behind STARTTLS is not run': async (stranger) => {
    const talk = await stranger.smtp();
    await talk.ehlo();
    talk.connection.send(`STARTTLS\r\nEHLO evil.test\r\n${MAIL}\r\n`);
    expect((await talk.reply()).code).toBe(220);
    await talk.connection.upgradeToTls();
    expect((await talk.command(MAIL)).code).toBe(503);
    expect(talk.connection.pending).toBe('');
  },

  'AUTH with broken base64, and AUTH that is cancelled': async (stranger) => {
    const talk = await stranger.submissions();
    await talk.ehlo();
    for (const mechanism of ['PLAIN', 'LOGIN']) {
      for (const response of ['***', '====', '\x80\x81', '*']) {
        expect((await talk.command(`AUTH ${mechanism}`)).code).toBe(334);
        talk.connection.send(Buffer.from(`${response}\r\n`, 'latin1'));
        expect((await talk.reply()).code).toBe(501);
      }
    }
    expect((await talk.command('AUTH PLAIN')).code).toBe(334);
    expect((await talk.command('A'.repeat(20_000))).code).toBe(500);
    expect((await talk.command('AUTH NOPE')).code).toBe(504);
    expect((await talk.authPlain(stranger.user.address, stranger.user.password)).code).toBe(235);
  },

  'more recipients than are taken are 452, and the others get the message': async (stranger) => {
    const user = await stranger.node.newUser();
    const talk = await stranger.smtp();
    await talk.ehlo();
    await talk.command(MAIL);
    const codes = (await talk.pipeline(...recipients(1500, user.address))).map(({ code }) => code);
    expect(codes.filter((code) => code === 250)).toHaveLength(1000);
    expect(codes.filter((code) => code === 452)).toHaveLength(500);
    expect((await talk.command('DATA')).code).toBe(354);
    expect((await talk.command('Subject: many\r\n\r\nx\r\n.')).code).toBe(250);
    expect(await stranger.node.fetch(user)).toHaveLength(1);
  },

  '10,000 recipients end the session, and nobody gets anything': async (stranger) => {
    const user = await stranger.node.newUser();
    const talk = await stranger.smtp();
    await talk.ehlo();
    await talk.command(MAIL);
    talk.connection.send(recipients(10_000, user.address).join('\r\n'));
    const replies = (await talk.connection.ended()).trimEnd().split('\r\n');
    expect(replies.filter((reply) => reply.startsWith('250 '))).toHaveLength(1000);
    expect(replies.filter((reply) => reply.startsWith('452 4.5.3 '))).toHaveLength(1000);
    expect(replies.at(-1)).toMatch(/^421 4\.7\.0 /);
    expect(await stranger.node.fetch(user)).toEqual([]);
  },

  '10,000 recipients whom nobody knows end the session': async (stranger) => {
    const talk = await stranger.smtp();
    await talk.ehlo();
    await talk.command(MAIL);
    const lines = Array.from({ length: 10_000 }, (_, n) => `RCPT TO:<nobody-${n}@example.com>\r\n`);
    talk.connection.send(lines.join(''));
    const replies = (await talk.connection.ended()).trimEnd().split('\r\n');
    // those that were being looked up side by side are answered yet
    expect(replies.filter((reply) => reply.startsWith('550 5.1.1 ')).length).toBeLessThan(100);
    expect(replies.at(-1)).toMatch(/^421 4\.7\.0 /);
  },

  'clients that send or read an octet per second are answered': async (stranger) => {
    await Promise.all([typesSlowly(stranger), readsSlowly(stranger)]);
  },

  'what ends the data for others does not end it here, and nobody gets it': async (stranger) => {
    const user = await stranger.node.newUser();
    const ends = ['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r\n.\r', '\r.\r\n', '\n.\r', '\r\n\0.\r\n\n.\n'];
    for (const end of ends) {
      const talk = await stranger.smtp();
      await beginData(talk, user.address);
      talk.connection.send(
        `Subject: one\r\n\r\nx${end}${MAIL}\r\nRCPT TO:<${user.address}>\r\nDATA\r\n\r\n.\r\n`,
      );
      expect(await talk.reply()).toMatchObject({ code: 554, enhanced: '5.6.0' });
      expect((await talk.command('NOOP')).code).toBe(250);
      expect(talk.connection.pending).toBe('');
    }
    expect(await stranger.node.fetch(user)).toEqual([]);
  },

  'MAIL with a SIZE beyond the limit is 552 before DATA': async (stranger) => {
    const talk = await stranger.smtp();
    const limit = Number((await talk.ehlo()).get('SIZE'));
    for (const size of [limit + 1, 2 ** 40, '9'.repeat(20)])
      expect(await talk.command(`${MAIL} SIZE=${size}`)).toMatchObject({ code: 552, enhanced: '5.3.4' });
    expect((await talk.command(`${MAIL} SIZE=${'9'.repeat(21)}`)).code).toBe(501);
    expect((await talk.command(`${MAIL} SIZE=${limit}`)).code).toBe(250);
  },

  'addresses in UTF-8 without SMTPUTF8': async (stranger) => {
    const talk = await stranger.smtp();
    await talk.ehlo();
    expect(await talk.command('MAIL FROM:<j\u00f6rg@remote.test>')).toMatchObject({
      code: 550,
      enhanced: '5.6.7',
    });
    expect((await talk.command(MAIL)).code).toBe(250);
    expect(await talk.command('RCPT TO:<j\u00f6rg@example.com>')).toMatchObject({
      code: 553,
      enhanced: '5.6.7',
    });
    talk.connection.send(Buffer.from('RCPT TO:<j\xf6rg@example.com>\r\n', 'latin1'));
    expect((await talk.reply()).code).toBe(500);
  },
};

/** Commands that all lead to this user. */
function recipients(count: number, address: string): readonly string[] {
  const [localPart, domain] = address.split('@');
  return Array.from({ length: count }, (_, n) => `RCPT TO:<${localPart}+${n}@${domain}>`);
}

async function beginData(talk: SmtpTalk, to: string): Promise<void> {
  await talk.ehlo();
  for (const line of [MAIL, `RCPT TO:<${to}>`, 'DATA'])
    expect((await talk.command(line)).code).toBeLessThan(400);
}

async function typesSlowly(stranger: Stranger): Promise<void> {
  const talk = await stranger.smtp();
  for (const octet of 'QUIT\r\n') {
    expect(talk.connection.pending).toBe('');
    await talk.connection.sendAll(octet);
    await aSecond();
  }
  expect(await talk.connection.ended()).toMatch(/^221 2\.0\.0 /);
}

async function readsSlowly(stranger: Stranger): Promise<void> {
  const talk = await stranger.smtp();
  talk.connection.pause();
  talk.connection.send('EHLO client.test\r\n'.repeat(90));
  for (let seconds = 0; seconds < 4; seconds += 1) {
    talk.connection.takeOctet();
    await aSecond();
  }
  talk.connection.resume();
  for (let count = 0; count < 90; count += 1) expect((await talk.reply()).code).toBe(250);
}
