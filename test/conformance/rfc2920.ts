// PIPELINING: commands sent without waiting for answers.
import assert from 'node:assert/strict';
import type { RequirementList } from './requirement.js';
import {
  anyUser,
  assertReply,
  bringsNothing,
  EHLO,
  exchange,
  MAIL,
  messageCount,
  newest,
  onSmtp,
  toAnyUser,
} from './smtp-proofs.js';

export const rfc2920: RequirementList = {
  rfc: 2920,
  title: 'command pipelining',
  requirements: [
    {
      section: '2',
      level: 'MUST',
      says: 'announces PIPELINING without parameters',
      prove: onSmtp(async (talk) => {
        assert.equal((await talk.ehlo()).get('PIPELINING'), '');
      }),
    },
    {
      section: '3.2',
      level: 'MUST NOT',
      says: 'loses nothing of its input, though it refuses commands in the middle',
      prove: onSmtp(async (talk, node) => {
        const { address } = await anyUser(node);
        const replies = await talk.pipeline(
          EHLO[0],
          'MAIL FROM:<>',
          'RCPT TO:<nobody-at-all@example.com>',
          'FOO',
          'MAIL FROM:<>',
          `RCPT TO:<${address}>`,
          'NOOP',
        );
        assert.deepEqual(
          replies.map(({ code }) => code),
          [250, 250, 550, 500, 503, 250, 250],
        );
      }),
    },
    {
      section: '3.2',
      level: 'SHOULD',
      says: 'answers DATA with 354 only when a recipient was accepted',
      prove: onSmtp(async (talk, node) => {
        const { address } = await anyUser(node);
        const before = await messageCount(node);
        const [, , , refused] = await talk.pipeline(
          EHLO[0],
          'MAIL FROM:<>',
          'RCPT TO:<nobody-at-all@example.com>',
          'DATA',
        );
        assert.equal(refused?.code, 554);
        const replies = await talk.pipeline('RSET', 'MAIL FROM:<>', `RCPT TO:<${address}>`, 'DATA');
        assert.equal(replies.at(-1)?.code, 354);
        await exchange(talk, ['.', '250']);
        assert.equal(await messageCount(node), before + 1);
      }),
    },
    {
      section: '3.2',
      level: 'MUST NOT',
      says: 'sends nothing to anybody for an empty message without recipients',
      prove: bringsNothing(
        onSmtp(async (talk) => {
          await exchange(talk, EHLO, MAIL, ['DATA', '554'], ['.', '500'], ['NOOP', '250']);
        }),
      ),
    },
    {
      section: '3.2',
      level: 'SHOULD',
      says: 'sends the answers to grouped RSET, MAIL and RCPT in order, a hundred of them as well as one',
      prove: onSmtp(async (talk, node) => {
        const { address } = await anyUser(node);
        await exchange(talk, EHLO, MAIL);
        const recipients = Array.from({ length: 100 }, (_, number) =>
          number % 10 === 0 ? `nobody-${number}@example.com` : address,
        );
        const replies = await talk.pipeline(...recipients.map((recipient) => `RCPT TO:<${recipient}>`));
        assert.deepEqual(
          replies.map(({ code }) => code === 250),
          recipients.map((recipient) => recipient === address),
        );
      }),
    },
    {
      section: '3.2',
      level: 'MUST NOT',
      says: 'keeps no answer to EHLO, DATA, VRFY, NOOP or an unknown command back for what comes next',
      prove: onSmtp(async (talk, node) => {
        const end = ['\r\n.', '250'] as const;
        const steps = [
          EHLO,
          ['VRFY x', '252'],
          ['NOOP', '250'],
          ['FOO', '500'],
          MAIL,
          await toAnyUser(node),
        ] as const;
        let rest = '';
        // the beginning of the next line is there already and goes on only when the answer has come
        const lines = [...steps, ['DATA', '354'] as const, end, ['QUIT', '221'] as const];
        for (const [index, [line, answer]] of lines.entries()) {
          const next = lines[index + 1]?.[0].slice(0, 1) ?? '';
          talk.connection.send(`${line.slice(rest.length)}\r\n${next}`);
          rest = next;
          assertReply(await talk.reply(), answer, line);
        }
      }),
    },
    {
      section: '3.2',
      level: 'MUST',
      says: 'sends all answers as soon as there is no more input',
      prove: onSmtp(async (talk, node) => {
        const [rcpt] = await toAnyUser(node);
        talk.connection.send(`${EHLO[0]}\r\n${MAIL[0]}\r\n${rcpt}\r\nRSET\r\nNO`);
        for (const code of [250, 250, 250, 250]) assert.equal((await talk.reply()).code, code);
        talk.connection.send('OP\r\n');
        assert.equal((await talk.reply()).code, 250);
      }),
    },
    {
      section: '3.2',
      level: 'MUST NOT',
      says: 'assumes nothing of the commands to come: two messages and QUIT in one write',
      prove: onSmtp(async (talk, node) => {
        const before = await messageCount(node);
        const [rcpt] = await toAnyUser(node);
        const begin = `${MAIL[0]}\r\n${rcpt}\r\nDATA\r\n`;
        await exchange(talk, EHLO);
        talk.connection.send(`${begin}first\r\n.\r\n${begin}second\r\n.\r\nQUIT\r\n`);
        const codes: number[] = [];
        for (let count = 0; count < 9; count += 1) codes.push((await talk.reply()).code);
        assert.deepEqual(codes, [250, 250, 354, 250, 250, 250, 354, 250, 221]);
        assert.equal(await messageCount(node), before + 2);
        assert.equal((await newest(node)).content, 'second\r\n');
      }),
    },
  ],
  notProved: [
    {
      section: '3.1',
      level: 'MUST',
      says: 'sends EHLO, DATA, VRFY, EXPN, TURN, QUIT and NOOP as the last command of a group only',
      because: 'a rule for clients; those that break it are served all the same',
    },
  ],
};
