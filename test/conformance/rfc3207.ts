// STARTTLS.
import assert from 'node:assert/strict';
import type { SmtpTalk } from '../talk/smtp-talk.js';
import type { RequirementList } from './requirement.js';
import {
  anyUser,
  answers,
  assertReply,
  EHLO,
  exchange,
  MAIL,
  newest,
  onSmtp,
  onSubmissions,
  toAnyUser,
  type TalkProof,
} from './smtp-proofs.js';

async function secured(talk: SmtpTalk): Promise<void> {
  await exchange(talk, EHLO);
  await talk.startTls();
}

const onSubmission =
  (prove: TalkProof): Parameters<typeof onSmtp>[0] =>
  async (_, node) => {
    const talk = await node.submission();
    try {
      await prove(talk, node);
    } finally {
      talk.close();
    }
  };

export const rfc3207: RequirementList = {
  rfc: 3207,
  title: 'STARTTLS',
  requirements: [
    {
      section: '2',
      level: 'MUST',
      says: 'announces STARTTLS without parameters',
      prove: onSmtp(async (talk) => {
        assert.equal((await talk.ehlo()).get('STARTTLS'), '');
      }),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'answers STARTTLS with 220, then speaks TLS',
      prove: onSmtp(async (talk, node) => {
        await secured(talk);
        await exchange(talk, EHLO, MAIL, await toAnyUser(node), ['DATA', '354'], ['secret\r\n.', '250']);
        const { trace, content } = await newest(node);
        assert.equal(content, 'secret\r\n');
        assert.match(trace, / with ESMTPS \(TLSv1\.[23] TLS_\w+\) id /);
      }),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'answers STARTTLS with a parameter with 501',
      prove: answers(EHLO, ['STARTTLS now', '501'], ['NOOP', '250']),
    },
    {
      section: '4',
      level: 'MUST NOT',
      says: 'requires no TLS of those who bring mail for mailboxes here',
      prove: onSmtp(async (talk, node) => {
        await exchange(talk, EHLO, MAIL, await toAnyUser(node), ['DATA', '354'], ['.', '250']);
      }),
    },
    {
      section: '4',
      level: 'SHOULD',
      says: 'answers MAIL on the submission port with 530 5.7.0 until TLS is there',
      prove: onSmtp(
        onSubmission((talk) => exchange(talk, EHLO, ['MAIL FROM:<>', '530 5.7.0'], ['NOOP', '250'])),
      ),
    },
    {
      section: '4.2',
      level: 'MUST',
      says: 'forgets what the client said before the handshake: EHLO, the transaction',
      prove: onSmtp(async (talk) => {
        await exchange(talk, EHLO, MAIL);
        await talk.startTls();
        await exchange(talk, MAIL_BEFORE_EHLO, EHLO, ['RCPT TO:<postmaster>', '503']);
      }),
    },
    {
      section: '4.2',
      level: 'MUST NOT',
      says: 'announces STARTTLS no more once TLS is active, and refuses it',
      prove: onSmtp(async (talk) => {
        await secured(talk);
        assert.equal((await talk.ehlo()).has('STARTTLS'), false);
        await exchange(talk, ['STARTTLS', '503'], ['NOOP', '250']);
      }),
    },
    {
      section: '4.2',
      level: 'MUST NOT',
      says: 'does not announce STARTTLS where TLS came first',
      prove: onSubmissions(async (talk) => {
        assert.equal((await talk.ehlo()).has('STARTTLS'), false);
      }),
    },
    {
      section: '4.2',
      level: 'MUST',
      says: 'runs no command that came in clear behind STARTTLS',
      prove: onSmtp(async (talk, node) => {
        const { address } = await anyUser(node);
        await exchange(talk, EHLO);
        talk.connection.send(`STARTTLS\r\nEHLO evil.test\r\nMAIL FROM:<>\r\nRCPT TO:<${address}>\r\n`);
        assertReply(await talk.reply(), '220', 'STARTTLS');
        await talk.connection.upgradeToTls();
        await exchange(talk, ['DATA', '503'], MAIL_BEFORE_EHLO);
      }),
    },
    {
      section: '4.3',
      level: 'MUST',
      says: 'takes STARTTLS on the submission port',
      prove: onSmtp(
        onSubmission(async (talk, node) => {
          const { address, password } = await anyUser(node);
          assert.equal((await talk.ehlo()).has('STARTTLS'), true);
          await talk.startTls();
          await exchange(talk, EHLO);
          assertReply(await talk.authPlain(address, password), '235', 'AUTH');
        }),
      ),
    },
  ],
  notProved: [
    {
      section: '4',
      level: 'SHOULD',
      says: 'answers 454 when TLS is not available for the moment',
      because:
        'without a certificate that can be read a node does not start; a bad new one leaves the old in use',
    },
  ],
};

const MAIL_BEFORE_EHLO = ['MAIL FROM:<>', '503'] as const;
