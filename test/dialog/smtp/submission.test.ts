import { afterEach, describe, expect, it } from '@jest/globals';
import type { Welcome } from '../../../src/accounts/login-check.js';
import { Failure } from '../../../src/base/failure.js';
import { expectDialogue } from '../dialogue.js';
import { openStage, type Stage } from './smtp-stage.js';

const PLAIN_ANNE = Buffer.from('\0anne\0secret').toString('base64');
const PLAIN_WRONG = Buffer.from('\0anne\0wrong').toString('base64');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const SECURE = `S: 220 *
  C: EHLO client.test
  S: 250*…
  C: STARTTLS
  S: 220 2.0.0 *
  T:
  C: EHLO client.test
  S: 250*…
`;
const LOGGED_IN = `${SECURE}
  C: AUTH PLAIN ${PLAIN_ANNE}
  S: 235 2.7.0 *
`;
/** What is announced with TLS and without. */
const ANNOUNCED = `
  C: EHLO client.test
  S: 250-mx.test *
  S: 250-PIPELINING
  S: 250-SIZE 1000000
  S: 250-8BITMIME
  S: 250-SMTPUTF8
  S: 250-ENHANCEDSTATUSCODES
  S: 250-DSN
  S: 250-CHUNKING
  S: 250-LIMITS RCPTMAX=100
`;

describe('submission', () => {
  let stage: Stage;

  afterEach(() => stage.close());

  async function expectTalk(script: string, options: Parameters<typeof openStage>[0] = {}): Promise<void> {
    stage = await openStage({ ...options, parts: { profile: 'submission', ...options.parts } });
    await expectDialogue(await stage.connect(), script);
  }

  it('offers AUTH and REQUIRETLS under TLS only, and STARTTLS before it (RFC 3207 section 4.2)', async () => {
    stage = await openStage({ parts: { profile: 'submission' } });
    await expectDialogue(
      await stage.connect(),
      `S: 220 *
       ${ANNOUNCED}
       S: 250-STARTTLS
       S: 250 HELP
       C: AUTH PLAIN ${PLAIN_ANNE}
       S: 538 5.7.11 *
       C: MAIL FROM:<anne@example.com>
       S: 530 5.7.0 STARTTLS first
       C: STARTTLS
       S: 220 *
       T:
       C: MAIL FROM:<anne@example.com>
       S: 503 5.5.1 *
       ${ANNOUNCED}
       S: 250-REQUIRETLS
       S: 250-AUTH PLAIN LOGIN
       S: 250 HELP
       C: STARTTLS
       S: 503 5.5.1 *`,
    );
  });

  it('takes a message after AUTH PLAIN, with Date and Message-ID added (RFC 6409 section 8)', async () => {
    await expectTalk(`${SECURE}
      C: MAIL FROM:<anne@example.com>
      S: 530 5.7.0 Log in first
      C: AUTH PLAIN ${PLAIN_ANNE}
      S: 235 2.7.0 *
      C: AUTH PLAIN ${PLAIN_ANNE}
      S: 503 5.5.1 *
      C: MAIL FROM:<anne@example.com>
      S: 250 *
      C: RCPT TO:<bob@example.com>
      S: 250 *
      C: DATA
      S: 354 *
      C: Subject: x
      C| 
      C| text
      C| .
      S: 250 2.0.0 accepted *`);
    const [taken] = stage.intake.taken;
    expect(taken?.message.submitter).toBe('anne@example.com');
    expect(taken?.content.toString()).toMatch(
      /^Subject: x\r\nDate: .* \+0000\r\nMessage-ID: <[0-9a-f-]+@mx\.test>\r\n\r\ntext\r\n$/,
    );
    expect(taken?.header).toMatch(
      /by mx\.test with ESMTPSA \(TLSv1\.3 TLS_\w+\) id .*\r\n\tfor <bob@example\.com>;/,
    );
  });

  it('knows AUTH LOGIN, with and without an initial response', async () => {
    await expectTalk(`${SECURE}
      C: AUTH LOGIN
      S: 334 VXNlcm5hbWU6
      C: ${base64('anne')}
      S: 334 UGFzc3dvcmQ6
      C: ${base64('wrong')}
      S: 535 5.7.8 *
      C: AUTH LOGIN ${base64('anne')}
      S: 334 UGFzc3dvcmQ6
      C: ${base64('secret')}
      S: 235 2.7.0 *`);
  });

  it('asks for the response of PLAIN with an empty challenge (RFC 4954 section 4)', async () => {
    await expectTalk(`${SECURE}
      C: AUTH PLAIN
      S: 334*
      C: ${PLAIN_ANNE}
      S: 235 *`);
  });

  it('answers each wrong AUTH with its code (RFC 4954 sections 4 and 6)', async () => {
    await expectTalk(
      `${SECURE}
      C: AUTH
      S: 501 5.5.4 *
      C: AUTH CRAM-MD5
      S: 504 5.5.4 *
      C: AUTH PLAIN ***
      S: 501 5.5.2 *
      C: AUTH PLAIN =
      S: 501 5.5.2 *
      C: AUTH PLAIN ${base64('anne')}
      S: 501 5.5.2 *
      C: AUTH PLAIN
      S: 334*
      C: *
      S: 501 5.7.0 *
      C: AUTH PLAIN ${base64('bob\0anne\0secret')}
      S: 535 5.7.8 *
      C: AUTH PLAIN ${base64('\0anne|outbox\0secret')}
      S: 535 5.7.8 *
      C: AUTH PLAIN ${base64('\0gone\0secret')}
      S: 535 5.7.13 *
      C: AUTH PLAIN ${base64('\0slow\0secret')}
      S: 454 4.7.0 *
      C: AUTH PLAIN
      S: 334*
      C: ${'A'.repeat(13_000)}
      S: 500 5.5.6 *
      C: AUTH PLAIN ${PLAIN_ANNE}
      S: 235 *
      C: MAIL FROM:<>
      S: 250 *`,
      { settings: { loginFailuresPerConnection: 10 } },
    );
  });

  it('refuses AUTH within a transaction (RFC 4954 section 4)', async () => {
    await expectTalk(`${LOGGED_IN}
      C: MAIL FROM:<anne@example.com>
      S: 250 *
      C: AUTH PLAIN ${PLAIN_ANNE}
      S: 503 5.5.1 *`);
  });

  it('sends a client away after three wrong passwords', async () => {
    await expectTalk(`${SECURE}
      C: AUTH PLAIN ${PLAIN_WRONG}
      S: 535 *
      C: AUTH PLAIN ${PLAIN_WRONG}
      S: 535 *
      C: AUTH PLAIN ${PLAIN_WRONG}
      S: 535 *
      C: NOOP
      S: 421 4.7.0 *
      X:`);
  });

  it('lets nobody send under an address that is not his (RFC 6409 section 6.1), but with the null sender', async () => {
    await expectTalk(`${LOGGED_IN}
      C: MAIL FROM:<bob@example.com>
      S: 550 5.7.1 *
      C: MAIL FROM:<>
      S: 250 *
      C: RSET
      S: 250 *
      C: MAIL FROM:<anne+list@example.com>
      S: 250 *
      C: RCPT TO:<x@elsewhere.test>
      S: 250 *`);
  });

  it('stops a user who has sent too much this hour', async () => {
    await expectTalk(
      `${LOGGED_IN}
      C: MAIL FROM:<>
      S: 250 *
      C: RCPT TO:<bob@example.com>
      S: 250 *
      C: DATA
      S: 450 4.7.1 *`,
      { parts: { allowance: { take: () => Promise.resolve(false) } } },
    );
  });

  it('reads the octets of a chunk though the allowance cannot be told now (RFC 3030 section 2)', async () => {
    await expectTalk(
      `${LOGGED_IN}
      C: MAIL FROM:<>
      S: 250 *
      C: RCPT TO:<bob@example.com>
      S: 250 *
      R: BDAT 6 LAST\\r\\nQUIT\\r\\n
      S: 451 4.3.0 *
      C: NOOP
      S: 250 *`,
      { parts: { allowance: { take: () => Promise.reject(new Failure('store-unavailable', 'down')) } } },
    );
  });

  it('sends a user away who is not welcome any more since he logged in', async () => {
    const answers = [true, false];
    const asked: unknown[] = [];
    const isWelcome: Welcome['isWelcome'] = async (login, _budget, atLogin) => {
      asked.push([login, atLogin?.login]);
      return answers.shift() ?? false;
    };
    await expectTalk(
      `${LOGGED_IN}
      C: MAIL FROM:<anne@example.com>
      S: 250 *
      C: RSET
      S: 250 *
      C: MAIL FROM:<>
      S: 421 4.7.0 *
      X:`,
      { parts: { welcome: { isWelcome } } },
    );
    expect(asked).toEqual(Array.from({ length: 2 }, () => ['anne@example.com', 'anne@example.com']));
  });

  it('takes no message now while it cannot be told whether the user may stay, and lets him stay', async () => {
    await expectTalk(
      `${LOGGED_IN}
      C: MAIL FROM:<anne@example.com>
      S: 451 4.3.0 *
      C: NOOP
      S: 250 *`,
      { parts: { welcome: { isWelcome: () => Promise.reject(new Failure('store-unavailable', 'down')) } } },
    );
  });

  it('needs no TLS where the operator says so', async () => {
    await expectTalk(
      `S: 220 *
       C: EHLO client.test
       S: 250*…
       C: AUTH PLAIN ${PLAIN_ANNE}
       S: 235 *`,
      { settings: { requireTls: false } },
    );
  });

  it('talks at once where TLS comes first (RFC 8314 section 3.3)', async () => {
    await expectTalk(
      `S: 220 *
       C: EHLO client.test
       S: 250*…
       C: STARTTLS
       S: 503 5.5.1 *
       C: AUTH PLAIN ${PLAIN_ANNE}
       S: 235 *`,
      { isImplicitTls: true },
    );
  });

  it('forgets what came in clear after STARTTLS: an injected command is not run (RFC 3207 section 4.2)', async () => {
    await expectTalk(`S: 220 *
      C: EHLO client.test
      S: 250*…
      C: STARTTLS
      C| EHLO evil.test
      C| MAIL FROM:<evil@client.test>
      S: 220 *
      T:
      C: MAIL FROM:<anne@example.com>
      S: 503 5.5.1 EHLO first`);
  });
});
