// AUTH.
import assert from 'node:assert/strict';
import type { RequirementList } from './requirement.js';
import {
  anyUser,
  assertReply,
  EHLO,
  exchange,
  loggedIn,
  newest,
  onSmtp,
  onSubmissions,
} from './smtp-proofs.js';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export const rfc4954: RequirementList = {
  rfc: 4954,
  title: 'AUTH',
  requirements: [
    {
      section: '3',
      level: 'MUST',
      says: 'announces AUTH with its mechanisms, PLAIN among them',
      prove: onSubmissions(async (talk) => {
        const mechanisms = (await talk.ehlo()).get('AUTH')?.split(' ') ?? [];
        assert.deepEqual(mechanisms, ['PLAIN', 'LOGIN']);
      }),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'refuses a further AUTH after a successful one with 503',
      prove: loggedIn(async (talk, _, user) => {
        assertReply(await talk.authPlain(user.address, user.password), '503', 'AUTH again');
        await exchange(talk, ['AUTH LOGIN', '503']);
      }),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'refuses AUTH within a mail transaction with 503, and keeps the transaction',
      prove: loggedIn(async (talk, _, user) => {
        await exchange(talk, [`MAIL FROM:<${user.address}>`, '250'], ['AUTH PLAIN', '503']);
        await exchange(talk, [`RCPT TO:<${user.address}>`, '250']);
      }),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'sends as challenge a 334 with base64 and nothing else; an empty one for PLAIN',
      prove: onSubmissions(async (talk, node) => {
        const { address, password } = await anyUser(node);
        await exchange(talk, EHLO);
        talk.connection.send('AUTH PLAIN\r\n');
        assert.equal(await talk.connection.line(), '334 ');
        await exchange(talk, [base64(`\0${address}\0${password}`), '235 2.7.0']);
      }),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'takes an initial response, and = for an empty one',
      prove: onSubmissions(async (talk, node) => {
        const { address, password } = await anyUser(node);
        await exchange(talk, EHLO, ['AUTH PLAIN =', '501']);
        assertReply(await talk.authPlain(address, password), '235 2.7.0', 'AUTH with an initial response');
      }),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'answers what is no base64 with 501 5.5.2',
      prove: onSubmissions((talk) =>
        exchange(
          talk,
          EHLO,
          ['AUTH PLAIN ***', '501 5.5.2'],
          ['AUTH PLAIN', '334'],
          ['AGE=x', '501 5.5.2'],
          ['NOOP', '250'],
        ),
      ),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'ends the exchange at * with 501',
      prove: onSubmissions((talk) =>
        exchange(
          talk,
          EHLO,
          ['AUTH LOGIN', '334'],
          ['*', '501'],
          ['AUTH PLAIN', '334'],
          ['*', '501'],
          ['NOOP', '250'],
        ),
      ),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'answers a mechanism that it does not have with 504 5.5.4',
      prove: onSubmissions((talk) => exchange(talk, EHLO, ['AUTH CRAM-MD5', '504 5.5.4'])),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'takes responses of up to 12288 octets, and answers longer ones with 500 5.5.6',
      prove: onSubmissions(async (talk) => {
        await exchange(talk, EHLO, ['AUTH PLAIN', '334'], ['A'.repeat(12_284), '501'], ['AUTH PLAIN', '334']);
        await exchange(talk, ['A'.repeat(12_288), '500 5.5.6'], ['NOOP', '250']);
      }),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'has PLAIN, and takes no password in clear without TLS (here by default)',
      prove: async (node) => {
        const { address, password } = await anyUser(node);
        const talk = await node.submission();
        try {
          assert.equal((await talk.ehlo()).has('AUTH'), false);
          assertReply(await talk.authPlain(address, password), '538 5.7.11', 'AUTH without TLS');
        } finally {
          talk.close();
        }
      },
    },
    {
      section: '4',
      level: 'MUST NOT',
      says: 'offers no AUTH on port 25, and refuses it there',
      prove: onSmtp(async (talk) => {
        assert.equal((await talk.ehlo()).has('AUTH'), false);
        await exchange(talk, ['AUTH PLAIN', '502']);
      }),
    },
    {
      section: '5',
      level: 'MUST',
      says: 'takes the parameter AUTH of MAIL, xtext or <>, and believes it from nobody',
      prove: loggedIn(async (talk, node, user) => {
        const mail = `MAIL FROM:<${user.address}>`;
        await exchange(
          talk,
          [`${mail} AUTH=<>`, '250'],
          ['RSET', '250'],
          [`${mail} AUTH=e+3Dmc2@example.com`, '250'],
        );
        await exchange(talk, [`RCPT TO:<${user.address}>`, '250'], ['DATA', '354'], ['.', '250']);
        assert.doesNotMatch((await newest(node)).trace, /mc2/);
        await exchange(talk, [`${mail} AUTH=e+mc2`, '501']);
      }),
    },
    {
      section: '6',
      level: 'MUST',
      says: 'answers a wrong password, and a user that does not exist, with 535 5.7.8 alike',
      prove: onSubmissions(async (talk, node) => {
        const { address } = await node.newUser();
        await exchange(talk, EHLO);
        const wrong = await talk.authPlain(address, 'wrong');
        const unknown = await talk.authPlain('nobody-at-all@example.com', 'wrong');
        assertReply(wrong, '535 5.7.8', 'a wrong password');
        assert.deepEqual(unknown, wrong);
      }),
    },
    {
      section: '6',
      level: 'SHOULD',
      says: 'answers what needs a login with 530 5.7.0, and EHLO, NOOP, RSET and QUIT as ever',
      prove: onSubmissions((talk) =>
        exchange(
          talk,
          EHLO,
          ['MAIL FROM:<>', '530 5.7.0'],
          ['NOOP', '250'],
          ['RSET', '250'],
          ['QUIT', '221'],
        ),
      ),
    },
    {
      section: '7',
      level: 'SHOULD',
      says: 'says ESMTPSA in Received of a message whose sender has logged in',
      prove: loggedIn(async (talk, node, user) => {
        await exchange(talk, [`MAIL FROM:<${user.address}>`, '250'], [`RCPT TO:<${user.address}>`, '250']);
        await exchange(talk, ['DATA', '354'], ['Subject: x\r\n\r\n.', '250']);
        assert.match((await newest(node)).trace, / with ESMTPSA /);
      }),
    },
    {
      section: '8',
      level: 'MUST',
      says: 'takes AUTH and the names of mechanisms in any case',
      prove: onSubmissions((talk) =>
        exchange(talk, EHLO, ['auth plain', '334'], ['*', '501'], ['Auth Login', '334']),
      ),
    },
  ],
  notProved: [
    {
      section: '4',
      level: 'MUST',
      says: 'answers an initial response to a mechanism in which the server speaks first with 501',
      because:
        'of the mechanisms here that would be LOGIN alone; clients send its user name so, and it is taken',
    },
    {
      section: '4',
      level: 'MUST',
      says: 'begins anew after a security layer has been negotiated',
      because: 'PLAIN and LOGIN negotiate none',
    },
    {
      section: '6',
      level: 'MUST',
      says: 'answers 454 4.7.0 when a login cannot be checked at the moment',
      because: 'needs a store that fails: test/dialog/smtp/submission.test.ts',
    },
  ],
};
