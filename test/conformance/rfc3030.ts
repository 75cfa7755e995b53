// CHUNKING: messages in chunks of announced length. BINARYMIME, the other half of the RFC, is not offered.
import assert from 'node:assert/strict';
import type { SmtpTalk } from '../talk/smtp-talk.js';
import type { RequirementList } from './requirement.js';
import {
  answers,
  assertReply,
  bringsNothing,
  EHLO,
  exchange,
  MAIL,
  messageCount,
  newest,
  onSmtp,
  toAnyUser,
  withRecipient,
} from './smtp-proofs.js';

async function chunk(talk: SmtpTalk, octets: string, answer: string, last = ''): Promise<void> {
  talk.connection.send(`BDAT ${octets.length}${last}\r\n${octets}`);
  assertReply(await talk.reply(), answer, `BDAT ${octets.length}${last}`);
}

const LAST = ' LAST';

export const rfc3030: RequirementList = {
  rfc: 3030,
  title: 'CHUNKING (BDAT)',
  requirements: [
    {
      section: '2',
      level: 'MUST',
      says: 'announces CHUNKING without parameters, and BINARYMIME not',
      prove: onSmtp(async (talk) => {
        const offered = await talk.ehlo();
        assert.equal(offered.get('CHUNKING'), '');
        assert.equal(offered.has('BINARYMIME'), false);
      }),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'answers each chunk with 250, and delivers their octets, dots untouched, after the last',
      prove: withRecipient(async (talk, node) => {
        const before = await messageCount(node);
        await chunk(talk, 'Subject: x\r\n', '250');
        await chunk(talk, '\r\n.\r\n..', '250');
        assert.equal(await messageCount(node), before);
        await chunk(talk, '\r\n.x\r\n', '250', LAST);
        assert.equal((await newest(node)).content, 'Subject: x\r\n\r\n.\r\n..\r\n.x\r\n');
      }),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'takes BDAT 0 LAST for the end, and LAST in any case',
      prove: withRecipient(async (talk, node) => {
        await chunk(talk, 'text\r\n', '250');
        await chunk(talk, '', '250', ' last');
        assert.equal((await newest(node)).content, 'text\r\n');
      }),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'reads and drops the octets of a chunk that it refuses, then answers',
      prove: bringsNothing(
        onSmtp(async (talk) => {
          await exchange(talk, EHLO);
          await chunk(talk, 'QUIT\r\nRSET\r\n', '503');
          await exchange(talk, MAIL);
          await chunk(talk, 'QUIT\r\n', '554', LAST);
          await exchange(talk, ['NOOP', '250']);
        }),
      ),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'reads and drops the chunks already in the pipeline after a failed one',
      prove: bringsNothing(
        withRecipient(async (talk) => {
          talk.connection.send('BDAT 6\r\na\nb\r\nxBDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n');
          const codes: number[] = [];
          for (let count = 0; count < 4; count += 1) codes.push((await talk.reply()).code);
          assert.deepEqual(codes, [554, 503, 503, 250]);
        }),
      ),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'forgets all chunks at RSET',
      prove: bringsNothing(
        withRecipient(async (talk) => {
          await chunk(talk, 'gone\r\n', '250');
          await exchange(talk, ['RSET', '250'], ['RCPT TO:<postmaster>', '503']);
          await chunk(talk, '', '503', LAST);
        }),
      ),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'answers DATA after BDAT in one transaction with 503, and takes both in one session',
      prove: withRecipient(async (talk, node) => {
        const before = await messageCount(node);
        await chunk(talk, 'x\r\n', '250');
        await exchange(talk, ['DATA', '503'], ['RSET', '250'], MAIL, await toAnyUser(node));
        await exchange(talk, ['DATA', '354'], ['by DATA\r\n.', '250'], MAIL, await toAnyUser(node));
        await chunk(talk, 'by BDAT\r\n', '250', LAST);
        assert.equal(await messageCount(node), before + 2);
        assert.equal((await newest(node)).content, 'by BDAT\r\n');
      }),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'answers BDAT after BDAT LAST with 503, reads its octets and drops them',
      prove: withRecipient(async (talk, node) => {
        const before = await messageCount(node);
        await chunk(talk, 'x\r\n', '250', LAST);
        await chunk(talk, 'NOOP\r\n', '503');
        await chunk(talk, 'NOOP\r\n', '503', LAST);
        await exchange(talk, ['RSET', '250']);
        assert.equal(await messageCount(node), before + 1);
      }),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'begins a chunk right after the CRLF of BDAT, however the octets are cut into packets',
      prove: withRecipient(async (talk, node) => {
        for (const piece of ['BDA', 'T 8 LAST\r', '\n', 'ab', 'cd\r', '\n', '\r\nNO', 'OP\r\n'])
          await talk.connection.sendAll(piece);
        assertReply(await talk.reply(), '250', 'BDAT');
        assertReply(await talk.reply(), '250', 'NOOP');
        assert.equal((await newest(node)).content, 'abcd\r\n\r\n');
      }),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'ends a connection on which nobody can tell where the next command begins',
      prove: onSmtp(async (talk) => {
        await exchange(talk, EHLO, MAIL, ['BDAT many LAST', '501']);
        await talk.connection.ended();
      }),
    },
    {
      section: '3',
      level: 'MUST',
      says: 'refuses BODY=BINARYMIME, which it does not announce',
      prove: answers(EHLO, ['MAIL FROM:<> BODY=BINARYMIME', '504'], ['RCPT TO:<postmaster>', '503']),
    },
  ],
  notProved: [
    {
      section: '3',
      level: 'MUST',
      says: 'keeps binary content as it is',
      because: 'BINARYMIME is not announced: POP3 gives messages in lines',
    },
  ],
};
