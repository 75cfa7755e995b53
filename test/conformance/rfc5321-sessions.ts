// SMTP: sessions and transactions, and the order of commands in them.
import assert from 'node:assert/strict';
import type { Requirement } from './requirement.js';
import {
  anyUser,
  answers,
  assertReply,
  bringsNothing,
  EHLO,
  exchange,
  MAIL,
  messageCount,
  newest,
  onSmtp,
  STILL_THERE,
  toAnyUser,
  withRecipient,
} from './smtp-proofs.js';

const sessions: readonly Requirement[] = [
  {
    section: '2.2.1',
    level: 'MUST',
    says: 'supports EHLO',
    prove: answers(EHLO),
  },
  {
    section: '2.3.5',
    level: 'MUST',
    says: 'accepts RCPT TO:<postmaster> without a domain',
    prove: onSmtp(async (talk, node) => {
      await anyUser(node);
      await exchange(talk, EHLO, MAIL, ['RCPT TO:<postmaster>', '250 2.1.5'], ['DATA', '354'], ['.', '250']);
    }),
  },
  {
    section: '2.3.8',
    level: 'MUST NOT',
    says: 'takes nothing but CRLF for the end of a line',
    prove: onSmtp(async (talk) => {
      await exchange(talk, EHLO);
      talk.connection.send('MAIL FROM:<>\nRSET\r\n');
      assertReply(await talk.reply(), '500', 'a line that ends with LF');
      assertReply(await talk.reply(), '250 2.0.0', 'RSET');
      await exchange(talk, ['MAIL FROM:<>\rRSET', '5'], ['RCPT TO:<postmaster>', '503']);
    }),
  },
  {
    section: '2.4',
    level: 'MUST',
    says: 'takes verbs, keywords and domains in any case',
    prove: onSmtp(async (talk, node) => {
      const { address } = await anyUser(node);
      const [local, domain = ''] = address.split('@');
      await exchange(
        talk,
        ['ehlo client.test', '250'],
        ['mAiL fRoM:<sender@REMOTE.test> body=8BitMime', '250'],
        [`rcpt to:<${local}@${domain.toUpperCase()}>`, '250'],
      );
    }),
  },
  {
    section: '2.4',
    level: 'MUST',
    says: 'keeps the case of the local part that the sender gave',
    prove: onSmtp(async (talk, node) => {
      await exchange(
        talk,
        EHLO,
        ['MAIL FROM:<Mixed.Case@remote.test>', '250'],
        await toAnyUser(node),
        ['DATA', '354'],
        ['.', '250'],
      );
      assert.match((await newest(node)).trace, /^Return-Path: <Mixed\.Case@remote\.test>\r\n/);
    }),
  },
  {
    section: '3.1',
    level: 'MUST',
    says: 'opens with one 220 reply',
    prove: onSmtp(async ({ greeting }) => {
      assert.equal(greeting.code, 220);
      assert.equal(greeting.lines.length, 1);
    }),
  },
  {
    section: '3.2',
    level: 'MUST NOT',
    says: 'answers HELO with one line and no extensions',
    prove: onSmtp(async (talk) => {
      const reply = await talk.command('HELO client.test');
      assert.equal(reply.code, 250);
      assert.equal(reply.lines.length, 1);
    }),
  },
  {
    section: '3.3',
    level: 'MUST',
    says: 'answers RCPT before MAIL with 503',
    prove: answers(EHLO, ['RCPT TO:<postmaster>', '503'], STILL_THERE),
  },
  {
    section: '3.3',
    level: 'MUST',
    says: 'is prepared for a source route in RCPT and ignores it',
    prove: onSmtp(async (talk, node) => {
      const { address } = await anyUser(node);
      const before = await messageCount(node);
      await exchange(
        talk,
        EHLO,
        MAIL,
        [`RCPT TO:<@hop1.test,@hop2.test:${address}>`, '250 2.1.5'],
        ['DATA', '354'],
        ['.', '250'],
      );
      assert.equal(await messageCount(node), before + 1);
    }),
  },
  {
    section: '3.3',
    level: 'MAY',
    says: 'answers DATA without any valid recipient with 503 or 554, and takes no message',
    prove: answers(
      EHLO,
      ['DATA', '503'],
      MAIL,
      ['DATA', '554'],
      ['RCPT TO:<nobody-at-all@example.com>', '550 5.1.1'],
      ['DATA', '554'],
      STILL_THERE,
    ),
  },
  {
    section: '3.3',
    level: 'SHOULD',
    says: 'answers RCPT for a mailbox that is not here with 550',
    prove: answers(EHLO, MAIL, ['RCPT TO:<nobody-at-all@example.com>', '550 5.1.1']),
  },
  {
    section: '3.5.3',
    level: 'MUST NOT',
    says: 'answers VRFY with 250 only when it has verified the address; it says 252',
    prove: onSmtp(async (talk, node) => {
      const { address } = await anyUser(node);
      await exchange(talk, EHLO, [`VRFY ${address}`, '252'], ['VRFY nobody-at-all@example.com', '252']);
    }),
  },
  {
    section: '3.8',
    level: 'MUST NOT',
    says: 'does not close the connection for commands that it does not understand',
    prove: answers(EHLO, ['FOO', '500'], ['BAR baz', '500'], ['', '500'], STILL_THERE),
  },
  {
    section: '3.8',
    level: 'MUST',
    says: 'cancels the transaction of a client that leaves, and keeps what was complete',
    prove: onSmtp(async (talk, node) => {
      const before = await messageCount(node);
      await exchange(talk, EHLO, MAIL, await toAnyUser(node), ['DATA', '354'], ['whole\r\n.', '250']);
      await exchange(talk, MAIL, await toAnyUser(node), ['DATA', '354']);
      await talk.connection.sendAll('Subject: half\r\n\r\nhalf of it\r\n');
      talk.connection.half();
      await talk.connection.ended();
      assert.equal(await messageCount(node), before + 1);
      assert.equal((await newest(node)).content, 'whole\r\n');
    }),
  },
];

const order: readonly Requirement[] = [
  {
    section: '4.1.4',
    level: 'MUST',
    says: 'lets no mail transaction begin before EHLO or HELO',
    prove: onSmtp(async (talk) => {
      await exchange(talk, ['MAIL FROM:<>', '503'], ['HELO client.test', '250'], ['MAIL FROM:<>', '250']);
    }),
  },
  {
    section: '4.1.4',
    level: 'MUST',
    says: 'resets as at RSET when EHLO comes again',
    prove: withRecipient((talk) => exchange(talk, EHLO, ['DATA', '503'], ['RCPT TO:<postmaster>', '503'])),
  },
  {
    section: '4.1.4',
    level: 'MUST',
    says: 'stays in its state after an EHLO that it cannot accept',
    prove: bringsNothing(
      withRecipient((talk) =>
        exchange(talk, ['EHLO', '501'], ['EHLO a b', '501'], ['DATA', '354'], ['a\nb\r\n.', '554']),
      ),
    ),
  },
  {
    section: '4.1.4',
    level: 'MUST NOT',
    says: 'refuses no message because the name in EHLO is not that of the client',
    prove: onSmtp(async (talk, node) => {
      await exchange(talk, ['EHLO no-such-host.invalid', '250'], MAIL, await toAnyUser(node));
      await exchange(talk, ['DATA', '354'], ['.', '250']);
    }),
  },
  {
    section: '4.1.4',
    level: 'SHOULD',
    says: 'processes NOOP, HELP, VRFY and RSET before EHLO',
    prove: answers(
      ['NOOP', '250'],
      ['HELP', '214'],
      ['VRFY somebody', '252'],
      ['RSET', '250'],
      ['EXPN list', '502'],
    ),
  },
  {
    section: '4.1.4',
    level: 'MUST',
    says: 'answers an unacceptable argument of MAIL with 501 and stays in its state',
    prove: answers(EHLO, ['MAIL FROM:nonsense', '501'], ['RCPT TO:<postmaster>', '503'], MAIL, [
      'RCPT TO:nonsense',
      '501',
    ]),
  },
  {
    section: '4.1.4',
    level: 'MUST',
    says: 'answers commands out of order with 503 and stays in its state',
    prove: withRecipient(async (talk, node) => {
      const before = await messageCount(node);
      await exchange(talk, ['MAIL FROM:<other@remote.test>', '503'], ['DATA', '354'], ['.', '250']);
      assert.equal(await messageCount(node), before + 1);
      assert.match((await newest(node)).trace, /^Return-Path: <sender@remote\.test>/);
    }),
  },
];

export const rfc5321Sessions: readonly Requirement[] = [...sessions, ...order];
