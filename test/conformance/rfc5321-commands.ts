// SMTP: each command and its replies.
import assert from 'node:assert/strict';
import type { Requirement } from './requirement.js';
import {
  anyUser,
  answers,
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

const commands: readonly Requirement[] = [
  {
    section: '4.1.1.1',
    level: 'MUST',
    says: 'lists in the answer to EHLO every command beyond the required ones',
    prove: onSmtp(async (talk) => {
      const offered = await talk.ehlo();
      for (const keyword of ['HELP', 'CHUNKING', 'STARTTLS']) assert.ok(offered.has(keyword), keyword);
    }),
  },
  {
    section: '4.1.1.4',
    level: 'MUST',
    says: 'answers the end of the data with an OK or a failure for the whole message, and clears its buffers',
    prove: withRecipient(async (talk, node) => {
      const before = await messageCount(node);
      await exchange(
        talk,
        ['DATA', '354'],
        ['one\r\n.', '250'],
        ['RCPT TO:<postmaster>', '503'],
        MAIL,
        await toAnyUser(node),
        ['DATA', '354'],
        ['bare \n newline\r\n.', '554'],
        ['RCPT TO:<postmaster>', '503'],
      );
      assert.equal(await messageCount(node), before + 1);
    }),
  },
  {
    section: '4.1.1.5',
    level: 'MUST',
    says: 'discards sender and recipients at RSET, answers 250, and does not close',
    prove: withRecipient((talk) =>
      exchange(talk, ['RSET', '250'], ['RCPT TO:<postmaster>', '503'], MAIL, ['DATA', '554'], STILL_THERE),
    ),
  },
  {
    section: '4.1.1.6',
    level: 'MUST',
    says: 'leaves the transaction as it is at VRFY, EXPN, HELP and NOOP (4.1.1.6 to 4.1.1.9)',
    prove: withRecipient(async (talk, node) => {
      const before = await messageCount(node);
      await exchange(
        talk,
        ['VRFY somebody', '252'],
        ['EXPN list', '502'],
        ['HELP', '214'],
        ['NOOP', '250'],
        ['DATA', '354'],
        ['.', '250'],
      );
      assert.equal(await messageCount(node), before + 1);
    }),
  },
  {
    section: '4.1.1.8',
    level: 'SHOULD',
    says: 'supports HELP without arguments, before EHLO too',
    prove: answers(['HELP', '214'], EHLO, ['HELP', '214']),
  },
  {
    section: '4.1.1.9',
    level: 'SHOULD',
    says: 'ignores a parameter of NOOP',
    prove: answers(['NOOP anything at all', '250 2.0.0']),
  },
  {
    section: '4.1.1.10',
    level: 'MUST',
    says: 'answers QUIT with 221, then closes',
    prove: onSmtp(async (talk) => {
      await exchange(talk, EHLO, MAIL, ['QUIT', '221']);
      assert.equal(await talk.connection.ended(), '');
    }),
  },
  {
    section: '4.1.1.10',
    level: 'MUST NOT',
    says: 'does not close before QUIT, even after errors',
    prove: answers(
      ['MAIL FROM:<>', '503'],
      ['EHLO', '501'],
      ['QUIT later', '501'],
      ['DATA now', '503'],
      STILL_THERE,
      ['QUIT', '221'],
    ),
  },
  {
    section: '4.1.1.11',
    level: 'MUST',
    says: 'answers a parameter that it does not know with 555',
    prove: answers(
      EHLO,
      ['MAIL FROM:<> UNKNOWN=1', '555'],
      ['MAIL FROM:<>', '250'],
      ['RCPT TO:<postmaster> UNKNOWN', '555'],
    ),
  },
  {
    section: '4.1.2',
    level: 'MUST',
    says: 'takes the null reverse-path',
    prove: onSmtp(async (talk, node) => {
      await exchange(
        talk,
        EHLO,
        ['MAIL FROM:<>', '250'],
        await toAnyUser(node),
        ['DATA', '354'],
        ['.', '250'],
      );
      assert.match((await newest(node)).trace, /^Return-Path: <>\r\n/);
    }),
  },
  {
    section: '4.1.2',
    level: 'MUST',
    says: 'takes quoted local parts, and a quoted pair for the character itself',
    prove: onSmtp(async (talk, node) => {
      const { address } = await anyUser(node);
      const [local = '', domain] = address.split('@');
      await exchange(
        talk,
        EHLO,
        [String.raw`MAIL FROM:<"a \"b\" > c"@remote.test>`, '250'],
        [`RCPT TO:<"\\${local}"@${domain}>`, '250'],
        ['DATA', '354'],
        ['.', '250'],
      );
      assert.match((await newest(node)).trace, /^Return-Path: <"a \\"b\\" > c"@remote\.test>\r\n/);
    }),
  },
  {
    section: '4.1.2',
    level: 'MUST',
    says: 'rejects invalid characters in a domain or a local part with 501',
    prove: onSmtp(async (talk) => {
      await exchange(talk, EHLO);
      for (const path of [
        'a@b!c.test',
        'a@b..test',
        'a@-b.test',
        'a b@c.test',
        'a\u0001@b.test',
        'a@b\u0000.test',
      ])
        await exchange(talk, [`MAIL FROM:<${path}>`, '501 5.1.7']);
      await exchange(talk, MAIL, ['RCPT TO:<a@b!c.test>', '501 5.1.3']);
    }),
  },
  {
    section: '4.1.3',
    level: 'MAY',
    says: 'takes address literals, IPv4 and IPv6, in EHLO and in a path',
    prove: answers(
      ['EHLO [192.0.2.1]', '250'],
      ['MAIL FROM:<a@[192.0.2.1]>', '250'],
      ['EHLO [IPv6:2001:db8::1]', '250'],
      ['MAIL FROM:<a@[IPv6:2001:db8::1]>', '250'],
      ['RSET', '250'],
      ['MAIL FROM:<a@[192.0.2.999]>', '501'],
    ),
  },
];

const replies: readonly Requirement[] = [
  {
    section: '4.2',
    level: 'MUST',
    says: 'answers each command with exactly one reply',
    prove: onSmtp(async (talk) => {
      const sent = await talk.pipeline('EHLO client.test', 'NOOP', 'FOO', 'VRFY x', 'HELP', 'RSET', 'QUIT');
      assert.deepEqual(
        sent.map(({ code }) => code),
        [250, 250, 500, 252, 214, 250, 221],
      );
      assert.equal(await talk.connection.ended(), '');
    }),
  },
  {
    section: '4.2.3',
    level: 'SHOULD',
    says: 'names itself in 221 and 421',
    prove: onSmtp(async (talk) => {
      const { code, lines } = await talk.command('QUIT');
      assert.equal(code, 221);
      assert.match(lines.join(' '), /^mx\.example\.com /);
    }),
  },
  {
    section: '4.2.4',
    level: 'SHOULD',
    says: 'answers a command that it knows and does not do with 502, any other with 500',
    prove: answers(EHLO, ['EXPN list', '502 5.5.1'], ['TURN', '502 5.5.1'], ['FOO', '500 5.5.2']),
  },
  {
    section: '4.2.4',
    level: 'MUST NOT',
    says: 'lists nothing in EHLO that it answers with 500 or 502',
    prove: onSmtp(async (talk) => {
      const offered = await talk.ehlo();
      assert.equal(offered.has('AUTH'), false);
      assert.equal(offered.has('EXPN'), false);
      await exchange(talk, ['HELP', '214'], ['BDAT 0 LAST', '503'], ['STARTTLS now', '501']);
      await exchange(talk, ['MAIL FROM:<> BODY=8BITMIME SIZE=1 SMTPUTF8 RET=HDRS ENVID=x', '250']);
    }),
  },
  {
    section: '4.3.1',
    level: 'MUST',
    says: 'begins the greeting, and the answer to EHLO and HELO, with its own name',
    prove: onSmtp(async (talk) => {
      const lines = [
        talk.greeting.lines[0],
        (await talk.command('EHLO client.test')).lines[0],
        (await talk.command('HELO client.test')).lines[0],
      ];
      for (const line of lines) assert.match(line ?? '', /^mx\.example\.com( |$)/);
    }),
  },
  {
    section: '4.5.1',
    level: 'MUST',
    says: 'supports EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP, QUIT and VRFY',
    prove: onSmtp(async (talk, node) => {
      await exchange(talk, EHLO, ['HELO client.test', '250'], MAIL, await toAnyUser(node), ['DATA', '354']);
      await exchange(
        talk,
        ['.', '250'],
        ['RSET', '250'],
        ['NOOP', '250'],
        ['VRFY x', '252'],
        ['QUIT', '221'],
      );
    }),
  },
  {
    section: '4.5.1',
    level: 'MUST',
    says: 'supports postmaster at its domains and without one, in any case',
    prove: onSmtp(async (talk, node) => {
      await anyUser(node);
      const to = ['postmaster@example.com', 'POSTMASTER@Example.COM', 'PostMaster'];
      await exchange(talk, EHLO, MAIL);
      for (const address of to) await exchange(talk, [`RCPT TO:<${address}>`, '250']);
    }),
  },
  {
    section: '7.3',
    level: 'MUST',
    says: 'answers VRFY, as long as it verifies nothing, with 252',
    prove: answers(['VRFY anybody', '252']),
  },
  {
    section: '7.9',
    level: 'SHOULD',
    says: 'relays for nobody it does not know, and says 550',
    prove: answers(
      EHLO,
      MAIL,
      ['RCPT TO:<somebody@elsewhere.test>', '550 5.7.1'],
      ['RCPT TO:<"somebody@elsewhere.test"@example.com>', '550'],
      ['RCPT TO:<somebody%elsewhere.test@example.com>', '550'],
      ['RCPT TO:<@example.com:somebody@elsewhere.test>', '550 5.7.1'],
    ),
  },
];

export const rfc5321Commands: readonly Requirement[] = [...commands, ...replies];
