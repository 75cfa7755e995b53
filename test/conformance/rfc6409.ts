// Message submission.
import assert from 'node:assert/strict';
import { until } from '../until.js';
import type { RequirementList } from './requirement.js';
import { anyUser, EHLO, exchange, loggedIn, messageCount, newest, onSubmissions } from './smtp-proofs.js';

const submitted = (data: string, check: (content: string) => void): ReturnType<typeof loggedIn> =>
  loggedIn(async (talk, node, user) => {
    await exchange(
      talk,
      [`MAIL FROM:<${user.address}>`, '250'],
      [`RCPT TO:<${user.address}>`, '250'],
      ['DATA', '354'],
    );
    await exchange(talk, [`${data}.`, '250']);
    check((await newest(node)).content);
  });

export const rfc6409: RequirementList = {
  rfc: 6409,
  title: 'message submission',
  requirements: [
    {
      section: '3.2',
      level: 'MUST NOT',
      says: 'rejects no message for its null return path',
      prove: loggedIn(async (talk, node, user) => {
        const before = await messageCount(node);
        await exchange(talk, ['MAIL FROM:<>', '250'], [`RCPT TO:<${user.address}>`, '250']);
        await exchange(talk, ['DATA', '354'], ['Subject: read\r\n\r\n.', '250']);
        assert.equal(await messageCount(node), before + 1);
      }),
    },
    {
      section: '4.2',
      level: 'MUST',
      says: 'takes no domain in the envelope that is not fully qualified and not its own',
      prove: loggedIn(async (talk, _, user) => {
        await exchange(talk, [`MAIL FROM:<${user.address.split('@')[0]}@sales>`, '550']);
        await exchange(
          talk,
          [`MAIL FROM:<${user.address}>`, '250'],
          ['RCPT TO:<bob@sales>', '550'],
          ['RCPT TO:<bob>', '501'],
        );
      }),
    },
    {
      section: '4.3',
      level: 'MUST',
      says: 'answers MAIL of one who has not logged in with 530',
      prove: onSubmissions(async (talk, node) => {
        const { address } = await anyUser(node);
        await exchange(
          talk,
          EHLO,
          [`MAIL FROM:<${address}>`, '530'],
          ['MAIL FROM:<>', '530'],
          [`RCPT TO:<${address}>`, '503'],
        );
      }),
    },
    {
      section: '5.1',
      level: 'SHOULD',
      says: 'answers addresses of wrong syntax with 501',
      prove: loggedIn(async (talk, _, user) => {
        await exchange(talk, ['MAIL FROM:<a b@example.com>', '501'], [`MAIL FROM:<${user.address}>`, '250']);
        await exchange(talk, ['RCPT TO:<a..b@example.com>', '501'], ['RCPT TO:<@>', '501']);
      }),
    },
    {
      section: '5.2',
      level: 'SHOULD',
      says: 'logs what it refuses',
      prove: onSubmissions(async (talk, node) => {
        const helo = `logged-${node.process.lines.length}.test`;
        await exchange(talk, [`EHLO ${helo}`, '250'], ['MAIL FROM:<>', '530']);
        await until('the refusal is in the log', () =>
          node.process.lines.some((line) => line['event'] === 'smtp.refused' && line['helo'] === helo),
        );
      }),
    },
    {
      section: '6.1',
      level: 'MAY',
      says: "answers a sender address that is not the user's own with 550 5.7.1; aliases and +detail are his",
      prove: loggedIn(async (talk, node, user) => {
        const alias = user.address.replace('@', '-own-alias@');
        await node.api('POST', '/aliases', { address: alias, targets: [user.address], replace: true });
        await exchange(
          talk,
          ['MAIL FROM:<somebody-else@example.com>', '550 5.7.1'],
          ['MAIL FROM:<anne@elsewhere.test>', '550 5.7.1'],
        );
        for (const own of [alias, user.address.replace('@', '+detail@'), user.address.toUpperCase()])
          await exchange(talk, [`MAIL FROM:<${own}>`, '250'], ['RSET', '250']);
      }),
    },
    {
      section: '7',
      level: 'SHOULD',
      says: 'offers PIPELINING, ENHANCEDSTATUSCODES, DSN and 8BITMIME',
      prove: onSubmissions(async (talk) => {
        const offered = await talk.ehlo();
        for (const keyword of ['PIPELINING', 'ENHANCEDSTATUSCODES', 'DSN', '8BITMIME'])
          assert.ok(offered.has(keyword));
      }),
    },
    {
      section: '7',
      level: 'MUST',
      says: 'offers AUTH',
      prove: onSubmissions(async (talk) => {
        assert.ok((await talk.ehlo()).has('AUTH'));
      }),
    },
    {
      section: '7',
      level: 'MUST NOT',
      says: 'offers neither ETRN nor ATRN',
      prove: onSubmissions(async (talk) => {
        const offered = await talk.ehlo();
        assert.deepEqual([offered.has('ETRN'), offered.has('ATRN')], [false, false]);
        await exchange(talk, ['ETRN example.com', '502'], ['ATRN example.com', '50']);
      }),
    },
    {
      section: '8.2',
      level: 'MAY',
      says: 'adds a Date where there is none, and keeps one that is there',
      prove: async (node) => {
        await submitted('Subject: x\r\n\r\ntext\r\n', (content) =>
          assert.match(
            content,
            /^Subject: x\r\n(?:.*\r\n)?Date: \w{3}, \d{1,2} \w{3} \d{4} [\d:]{8} [+-]\d{4}\r\n/,
          ),
        )(node);
        await submitted('date: Thu, 1 Jan 2026 00:00:00 +0000\r\n\r\n', (content) =>
          assert.equal(content.match(/^date:/gim)?.length, 1),
        )(node);
      },
    },
    {
      section: '8.3',
      level: 'SHOULD',
      says: 'adds a Message-ID where there is none, and keeps one that is there',
      prove: async (node) => {
        await submitted('Subject: x\r\n\r\ntext\r\n', (content) =>
          assert.match(content, /\r\nMessage-ID: <[^<>@\s]+@mx\.example\.com>\r\n/),
        )(node);
        await submitted('Message-Id: <mine@client.test>\r\n\r\n', (content) =>
          assert.deepEqual(content.match(/^message-id: .*/gim), ['Message-Id: <mine@client.test>']),
        )(node);
      },
    },
    {
      section: '8.8',
      level: 'MUST NOT',
      says: 'rewrites no destination address, nor anything else that was sent',
      prove: submitted('To: J.Odd+x@WWW.Example.ORG\r\n\r\nFrom here\r\n..dot\r\n \r\n', (content) => {
        assert.ok(content.startsWith('To: J.Odd+x@WWW.Example.ORG\r\n'));
        assert.ok(content.endsWith('\r\n\r\nFrom here\r\n.dot\r\n \r\n'));
      }),
    },
  ],
  notProved: [
    {
      section: '4.2',
      level: 'MUST',
      says: 'has all domains in address fields of the header fully qualified where it alters a message',
      because: 'not met: Date and Message-ID are added, and the addresses in the header are not looked at',
    },
    {
      section: '8.1',
      level: 'MAY',
      says: 'adds a Sender field',
      because: 'not done: who has logged in is in the log and in the copy in his outbox',
    },
  ],
};
