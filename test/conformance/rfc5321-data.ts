// SMTP: the message itself, its sizes, and what is put before it.
import assert from 'node:assert/strict';
import type { Requirement } from './requirement.js';
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
  received,
  toAnyUser,
  withRecipient,
} from './smtp-proofs.js';

const BARE_ENDS = ['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r\n.\r', '\n\r.\r\n'];

const endOfData: readonly Requirement[] = [
  {
    section: '4.1.1.4',
    level: 'MUST NOT',
    says: 'takes nothing like CRLF.CRLF (LF.LF and others) for the end of the data',
    prove: bringsNothing(
      withRecipient(async (talk, node) => {
        for (const end of BARE_ENDS) {
          await exchange(talk, ['DATA', '354']);
          talk.connection.send(`first${end}MAIL FROM:<smuggled@remote.test>\r\n.\r\n`);
          assertReply(await talk.reply(), '554 5.6.0', JSON.stringify(end));
          await exchange(talk, MAIL, await toAnyUser(node));
        }
      }),
    ),
  },
  {
    section: '4.1.1.4',
    level: 'MUST NOT',
    says: 'adds no empty line where the data ends',
    prove: async (node) => {
      assert.equal(
        (await received(node, 'Subject: x\r\n\r\nend\r\n.\r\n')).content,
        'Subject: x\r\n\r\nend\r\n',
      );
      assert.equal((await received(node, '.\r\n')).content, '');
    },
  },
  {
    section: '3.3',
    level: 'MUST NOT',
    says: 'rejects no message for Resent fields that do not match',
    prove: async (node) => {
      const message = 'Resent-To: a@b.test\r\nResent-To: c@d.test\r\nResent-Date: never\r\n\r\n';
      assert.equal((await received(node, `${message}.\r\n`)).content, message);
    },
  },
  {
    section: '3.3',
    level: 'SHOULD NOT',
    says: 'rejects no message for what it holds to be wrong in its header or body',
    prove: async (node) => {
      const message =
        'no header at all\r\nDate: yesterday\r\nFrom\r\n\r\n--x\r\nContent-Type: multipart/broken\r\n';
      assert.equal((await received(node, `${message}.\r\n`)).content, message);
    },
  },
  {
    section: '4.2.5',
    level: 'MUST NOT',
    says: 'delivers nothing of a message that it answered with 5yz',
    prove: bringsNothing(
      withRecipient((talk) => exchange(talk, ['DATA', '354'], ['bare \r CR\r\n.', '554 5.6.0'])),
    ),
  },
  {
    section: '4.5.2',
    level: 'MUST',
    says: 'deletes the first character of a line that begins with a dot and goes on',
    prove: async (node) => {
      const { content } = await received(node, '..\r\n...\r\n.x\r\n..x\r\n x.\r\n.\r\n');
      assert.equal(content, '.\r\n..\r\nx\r\n.x\r\n x.\r\n');
    },
  },
  {
    section: '4.5.2',
    level: 'MUST',
    says: 'delivers all 128 ASCII characters (CR and LF as line ends only)',
    prove: async (node) => {
      const characters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
        .filter((character) => character !== '\r' && character !== '\n')
        .join('');
      assert.equal((await received(node, `\r\n${characters}\r\n.\r\n`)).content, `\r\n${characters}\r\n`);
    },
  },
];

const LONGEST_LOCAL = 'l'.repeat(64);
/** 189 octets: 254 with the local part and @, 253 with another label. */
const LONG_DOMAIN = `${'d'.repeat(63)}.${'e'.repeat(63)}.${'f'.repeat(61)}`;

const sizes: readonly Requirement[] = [
  {
    section: '4.5.3.1.1',
    level: 'MUST',
    says: 'takes local parts of 64 octets',
    prove: onSmtp(async (talk) => {
      await exchange(talk, EHLO, [`MAIL FROM:<${LONGEST_LOCAL}l@remote.test>`, '501']);
      await exchange(talk, [`MAIL FROM:<${LONGEST_LOCAL}@remote.test>`, '250']);
    }),
  },
  {
    section: '4.5.3.1.2',
    level: 'MUST',
    says: 'takes the longest domain that a path has room for, and in EHLO one of 253 octets, the most that DNS knows',
    prove: onSmtp(async (talk) => {
      const domain = `${LONG_DOMAIN}.${'g'.repeat(63)}`;
      assert.equal(domain.length, 253);
      await exchange(talk, [`EHLO ${domain}`, '250'], [`MAIL FROM:<a@${domain.slice(0, 252)}>`, '250']);
    }),
  },
  {
    section: '4.5.3.1.3',
    level: 'MUST',
    says: 'takes paths of 256 octets with their brackets',
    prove: onSmtp(async (talk) => {
      const path = `<${LONGEST_LOCAL}@${LONG_DOMAIN}>`;
      assert.equal(path.length, 256);
      await exchange(talk, EHLO, [`MAIL FROM:${path}`, '250'], ['RSET', '250']);
      await exchange(talk, [`MAIL FROM:${path.replace('>', 'f>')}`, '501']);
    }),
  },
  {
    section: '4.5.3.1.4',
    level: 'MUST',
    says: 'takes command lines of 512 octets with CRLF, and answers longer ones with 500',
    prove: onSmtp((talk) =>
      exchange(
        talk,
        [`NOOP ${'x'.repeat(512 - 7)}`, '250'],
        [`NOOP ${'x'.repeat(513 - 7)}`, '500'],
        [`NOOP ${'x'.repeat(100_000)}`, '500'],
        ['NOOP', '250'],
      ),
    ),
  },
  {
    section: '4.5.3.1.5',
    level: 'MUST',
    says: 'sends no reply line longer than 512 octets',
    prove: onSmtp(async (talk) => {
      await exchange(talk, EHLO);
      for (const line of [
        `MAIL FROM:<> ${'X'.repeat(400)}=1`,
        `VRFY ${'x'.repeat(480)}`,
        `MAIL FROM:<${'x'.repeat(480)}>`,
      ]) {
        talk.connection.send(`${line}\r\n`);
        assert.ok((await talk.connection.line()).length + 2 <= 512, line);
      }
    }),
  },
  {
    section: '4.5.3.1.6',
    level: 'MUST',
    says: 'takes text lines of 1000 octets with CRLF, the dot of transparency not counted',
    prove: async (node) => {
      const line = `.${'x'.repeat(997)}\r\n`;
      assert.equal((await received(node, `\r\n.${line}.\r\n`)).content, `\r\n${line}`);
    },
  },
  {
    section: '4.5.3.1.7',
    level: 'MUST',
    says: 'takes messages of 64 KiB',
    prove: async (node) => {
      const message = `\r\n${`${'0123456789abcdef'.repeat(4)}\r\n`.repeat(1024)}`;
      assert.equal((await received(node, `${message}.\r\n`)).content, message);
    },
  },
  {
    section: '4.5.3.1.8',
    level: 'MUST',
    says: 'takes 100 recipients for one message; each mailbox gets it',
    prove: onSmtp(async (talk, node) => {
      const user = await anyUser(node);
      const before = await messageCount(node);
      const lines = Array.from(
        { length: 99 },
        (_, number) => `RCPT TO:<${user.address.replace('@', `+${number}@`)}>`,
      );
      await exchange(talk, EHLO, MAIL);
      const replies = await talk.pipeline(...lines, `RCPT TO:<${user.address}>`);
      assert.deepEqual(new Set(replies.map(({ code }) => code)), new Set([250]));
      await exchange(talk, ['DATA', '354'], ['for all\r\n.', '250']);
      assert.ok((await messageCount(node)) > before);
      assert.equal((await newest(node)).content, 'for all\r\n');
    }),
  },
  {
    section: '4.5.3.1.10',
    level: 'MUST',
    says: 'answers a recipient too many with 452, and keeps the others',
    prove: onSmtp(async (talk, node) => {
      const { address } = await anyUser(node);
      const before = await messageCount(node);
      const limits = (await talk.ehlo()).get('LIMITS') ?? '';
      const maximum = Number(/RCPTMAX=(\d+)/.exec(limits)?.[1]);
      await exchange(talk, MAIL);
      const lines = Array.from({ length: maximum + 1 }, () => `RCPT TO:<${address}>`);
      const replies = await talk.pipeline(...lines);
      assert.equal(replies.filter(({ code }) => code === 250).length, maximum);
      assert.equal(replies.at(-1)?.code, 452);
      await exchange(talk, ['DATA', '354'], ['.', '250']);
      assert.ok((await messageCount(node)) > before);
    }),
  },
];

/** RFC 5322's date-time without its obsolete forms. */
const DATE = /;\r\n\t(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}\r\n$/;

const HOP = 'Received: from a by b; x\r\n';

const trace: readonly Requirement[] = [
  {
    section: '4.4',
    level: 'MUST',
    says: 'puts a Received line at the beginning of each message',
    prove: async (node) => {
      const { trace: lines } = await received(node, 'Subject: x\r\n\r\n.\r\n');
      assert.equal(lines.match(/^Received: /gm)?.length, 1);
    },
  },
  {
    section: '4.4',
    level: 'MUST',
    says: 'has in Received a FROM clause with the name given in EHLO and the address of the client',
    prove: async (node) => {
      const { trace: lines } = await received(node, '.\r\n', { ehlo: ['EHLO my.name.test', '250'] });
      assert.match(lines, /\r\nReceived: from my\.name\.test \(\[127\.0\.0\.1\]\)\r\n/);
    },
  },
  {
    section: '4.4',
    level: 'MUST',
    says: 'names itself, the protocol and the message in Received (BY, WITH, ID)',
    prove: async (node) => {
      const { trace: lines } = await received(node, '.\r\n');
      assert.match(lines, /\r\n\tby mx\.example\.com with ESMTP id [0-9a-f-]{36}\r\n/);
      const plain = await received(node, '.\r\n', { ehlo: ['HELO client.test', '250'] });
      assert.match(plain.trace, / with SMTP id /);
    },
  },
  {
    section: '4.4',
    level: 'MUST NOT',
    says: 'writes dates with a four-digit year and a numeric zone, in none of the obsolete forms',
    prove: async (node) => {
      const { trace: lines } = await received(node, '.\r\n');
      assert.match(lines, DATE);
      const date = Date.parse(DATE.exec(lines)?.[0].replace(/^;\s*/, '') ?? '');
      assert.ok(Math.abs(date - Date.now()) < 300_000);
    },
  },
  {
    section: '4.4',
    level: 'MUST',
    says: 'has exactly one path in a FOR clause, and none for several recipients',
    prove: async (node) => {
      const { address } = await anyUser(node);
      assert.match((await received(node, '.\r\n')).trace, new RegExp(`\r\n\tfor <${address}>;\r\n`));
      await onSmtp(async (talk) => {
        await exchange(talk, EHLO, MAIL, await toAnyUser(node), ['RCPT TO:<postmaster>', '250']);
        await exchange(talk, ['DATA', '354'], ['.', '250']);
      })(node);
      assert.doesNotMatch((await newest(node)).trace, /\bfor </);
    },
  },
  {
    section: '4.4',
    level: 'MUST NOT',
    says: 'neither changes, nor moves, nor removes Received lines that are there',
    prove: async (node) => {
      const message = 'Received: from b by a; x\r\nSubject: y\r\nreceived: from c\r\n\tby b;\r\n\r\n';
      assert.equal((await received(node, `${message}.\r\n`)).content, message);
    },
  },
  {
    section: '4.4',
    level: 'MUST',
    says: 'puts a Return-Path line with the envelope sender first at final delivery',
    prove: async (node) => {
      const options = { mail: ['MAIL FROM:<who@remote.test>', '250'] } as const;
      assert.match(
        (await received(node, '.\r\n', options)).trace,
        /^Return-Path: <who@remote\.test>\r\nReceived: /,
      );
    },
  },
  {
    section: '3.9.1',
    level: 'MUST',
    says: 'leaves message and sender as they are when it expands an alias',
    prove: onSmtp(async (talk, node) => {
      const { address } = await anyUser(node);
      const alias = address.replace('@', '-alias@');
      await node.api('POST', '/aliases', { address: alias, targets: [address], replace: true });
      await exchange(
        talk,
        EHLO,
        MAIL,
        [`RCPT TO:<${alias}>`, '250'],
        ['DATA', '354'],
        ['To: x\r\n\r\ntext\r\n.', '250'],
      );
      const message = await newest(node);
      assert.equal(message.content, 'To: x\r\n\r\ntext\r\n');
      assert.match(message.trace, /^Return-Path: <sender@remote\.test>/);
    }),
  },
  {
    section: '6.3',
    level: 'MUST',
    says: 'stops loops: a message with 100 Received lines is refused, one with 99 is taken',
    prove: withRecipient(async (talk, node) => {
      const before = await messageCount(node);
      await exchange(talk, ['DATA', '354'], [`${HOP.repeat(100)}\r\n.`, '554 5.4.6']);
      await exchange(talk, MAIL, await toAnyUser(node), ['DATA', '354'], [`${HOP.repeat(99)}\r\n.`, '250']);
      assert.equal(await messageCount(node), before + 1);
    }),
  },
  {
    section: '6.4',
    level: 'MUST NOT',
    says: 'repairs no message of other servers: no Date, no Message-ID is added',
    prove: async (node) => {
      assert.equal((await received(node, 'Subject: bare\r\n\r\n.\r\n')).content, 'Subject: bare\r\n\r\n');
    },
  },
  {
    section: '7.2',
    level: 'SHOULD NOT',
    says: 'copies the recipients of the envelope into no header when there are several',
    prove: onSmtp(async (talk, node) => {
      const user = await anyUser(node);
      const hidden = user.address.replace('@', '+hidden@');
      await exchange(talk, EHLO, MAIL, await toAnyUser(node), [`RCPT TO:<${hidden}>`, '250']);
      await exchange(talk, ['DATA', '354'], ['To: undisclosed\r\n\r\n.', '250']);
      const { trace: lines, content } = await newest(node);
      assert.doesNotMatch(lines + content, /hidden/);
    }),
  },
];

export const rfc5321Data: readonly Requirement[] = [...endOfData, ...sizes, ...trace];
