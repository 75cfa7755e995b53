import { afterEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/base/failure.js';
import { expectDialogue } from '../dialogue.js';
import { openStage, type Stage } from './smtp-stage.js';

const GREETED = `S: 220 *
  C: EHLO client.test
  S: 250*…
`;
const BEGUN = `${GREETED}
  C: MAIL FROM:<>
  S: 250 *
`;
const READY = `${BEGUN}
  C: RCPT TO:<anne@example.com>
  S: 250 *
`;

describe('SMTP refuses', () => {
  let stage: Stage;

  afterEach(() => stage.close());

  async function expectTalk(script: string, options: Parameters<typeof openStage>[0] = {}): Promise<void> {
    stage = await openStage(options);
    await expectDialogue(await stage.connect(), script);
  }

  it('over and over, and does not fill the log', async () => {
    stage = await openStage({ parts: { clock: { monotonicMs: () => 0, wallMs: () => 0 } } });
    for (let client = 0; client < 15; client += 1) {
      const connection = await stage.connect();
      await expectDialogue(connection, `${GREETED}${'C: DATA\nS: 503 *\n'.repeat(9)}`);
      connection.close();
    }
    expect(stage.log.lines.filter(({ event }) => event === 'smtp.refused')).toHaveLength(100);
  });

  it('commands in the wrong order (RFC 5321 section 4.1.4)', async () => {
    await expectTalk(`S: 220 *
      C: MAIL FROM:<>
      S: 503 5.5.1 *
      C: RCPT TO:<anne@example.com>
      S: 503 *
      C: DATA
      S: 503 *
      C: EHLO client.test
      S: 250*…
      C: RCPT TO:<anne@example.com>
      S: 503 *
      C: DATA
      S: 503 *
      C: MAIL FROM:<>
      S: 250 *
      C: MAIL FROM:<>
      S: 503 *
      C: DATA
      S: 554 5.5.1 *
      C: RSET
      S: 250 *
      C: RCPT TO:<anne@example.com>
      S: 503 *`);
  });

  it('what is no command, and what we do not do (RFC 5321 sections 4.2.4 and 3.5.3)', async () => {
    await expectTalk(`${GREETED}
      C: FOO
      S: 500 5.5.2 *
      C:
      S: 500 5.5.2 *
      C: EXPN list
      S: 502 5.5.1 *
      C: ETRN example.com
      S: 502 5.5.1 *
      C: AUTH PLAIN
      S: 502 5.5.1 *
      C: VRFY anne
      S: 252 2.1.5 *
      C: VRFY
      S: 501 *
      C: HELP
      S: 214*…
      C: XCLIENT ADDR=1.2.3.4
      S: 550 5.7.0 *
      C: QUIT now
      S: 501 *
      R: NOOP\\n
      S: 500 5.5.2 *
      R: NO\\xff\\xfeOP\\r\\n
      S: 500 5.5.2 *
      C: noop
      S: 250 *`);
  });

  it('lines that are too long, and reads on after them (RFC 5321 section 4.5.3.1.4)', async () => {
    await expectTalk(`${GREETED}
      C: NOOP ${'x'.repeat(506)}
      S: 500 5.5.2 *
      C: NOOP ${'x'.repeat(505)}
      S: 250 *
      C: NOOP ${'x'.repeat(100_000)}
      S: 500 5.5.2 *
      C: NOOP
      S: 250 *`);
  });

  it('parameters that it does not know, and values that they cannot have (RFC 5321 section 4.1.1.11)', async () => {
    await expectTalk(
      `${GREETED}
      C: MAIL FROM:<> FOO=bar
      S: 555 5.5.4 *
      C: MAIL FROM:<> SIZE=x
      S: 501 5.5.4 *
      C: MAIL FROM:<> SIZE=1000001
      S: 552 5.3.4 *
      C: MAIL FROM:<> BODY=BINARYMIME
      S: 504 5.5.4 *
      C: MAIL FROM:<> BODY=9BIT
      S: 501 5.5.4 *
      C: MAIL FROM:<> RET=ALL
      S: 501 5.5.4 *
      C: MAIL FROM:<> ENVID=a+0
      S: 501 5.5.4 *
      C: MAIL FROM:<> ENVID=a+0D+0Ab
      S: 501 5.5.4 *
      C: MAIL FROM:<> RET=FULL RET=HDRS
      S: 501 5.5.4 *
      C: MAIL FROM:<> SMTPUTF8=yes
      S: 501 5.5.4 *
      C: MAIL FROM:<> REQUIRETLS
      S: 530 5.7.10 *
      C: MAIL FROM:<> AUTH=<>
      S: 555 5.5.4 *
      C: MAIL FROM:<> =x
      S: 501 5.5.4 *
      C: MAIL FROM:<> SIZE=1000 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb
      S: 250 *
      C: RCPT TO:<anne@example.com> NOTIFY=NEVER,SUCCESS
      S: 501 5.5.4 *
      C: RCPT TO:<anne@example.com> ORCPT=anne
      S: 501 5.5.4 *
      C: RCPT TO:<anne@example.com> SIZE=1
      S: 555 5.5.4 *
      C: RCPT TO:<anne@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;anne+2Bx@example.com
      S: 250 *
      C: DATA
      S: 354 *
      C: .
      S: 250 *`,
    );
    const [taken] = stage.intake.taken;
    expect(taken?.message.parameters).toEqual({
      BODY: '8BITMIME',
      SMTPUTF8: '',
      RET: 'HDRS',
      ENVID: 'a+2Bb',
    });
    expect(taken?.message.recipients[0]?.parameters).toEqual({
      NOTIFY: 'SUCCESS,DELAY',
      ORCPT: 'rfc822;anne+2Bx@example.com',
    });
    expect(taken?.header).toContain('with UTF8SMTP id');
  });

  it('addresses that are none, and takes odd ones that are (RFC 5321 section 4.1.2)', async () => {
    await expectTalk(`${GREETED}
      C: MAIL FROM: anne@client.test
      S: 501 5.5.4 *
      C: MAIL FROM:<anne@client..test>
      S: 501 5.1.7 *
      C: MAIL FROM:<postmaster>
      S: 501 5.1.7 *
      C: MAIL FROM:<j\\xc3\\xb6rg@client.test>
      S: 501 5.1.7 *
      R: MAIL FROM:<j\\xc3\\xb6rg@client.test>\\r\\n
      S: 550 5.6.7 *
      C: MAIL TO:<anne@client.test>
      S: 501 5.5.4 *
      C: MAIL FROM:<@hop.test,@hop2.test:"odd > name"@client.test>
      S: 250 *
      C: RCPT TO:<>
      S: 501 5.1.3 *
      C: RCPT TO:<"odd name"@example.com>
      S: 250 *
      R: RCPT TO:<j\\xc3\\xb6rg@example.com>\\r\\n
      S: 553 5.6.7 *
      C: RCPT TO:<Postmaster>
      S: 250 *`);
  });

  it('recipients, each for its own reason', async () => {
    await expectTalk(`${BEGUN}
      C: RCPT TO:<nobody@example.com>
      S: 550 5.1.1 *
      C: RCPT TO:<gone@example.com>
      S: 550 5.2.1 *
      C: RCPT TO:<full@example.com>
      S: 452 4.2.2 *
      C: RCPT TO:<circle@example.com>
      S: 554 5.4.6 *
      C: RCPT TO:<anne@elsewhere.test>
      S: 550 5.7.1 Relaying denied
      C: DATA
      S: 554 5.5.1 *`);
  });

  it('recipients beyond the limit, and keeps the others (RFC 5321 section 4.5.3.1.10)', async () => {
    await expectTalk(
      `${BEGUN}
      C: RCPT TO:<r1@example.com>
      C| RCPT TO:<r2@example.com>
      C| RCPT TO:<nobody@example.com>
      C| RCPT TO:<r3@example.com>
      C| RCPT TO:<r4@example.com>
      C| DATA
      S: 250 *
      S: 250 *
      S: 550 5.1.1 *
      S: 250 *
      S: 452 4.5.3 *
      S: 354 *
      C: .
      S: 250 *`,
      { settings: { recipientsPerMessage: 3 } },
    );
    const [taken] = stage.intake.taken;
    expect(taken?.message.recipients.map(({ address }) => address.localPart)).toEqual(['r1', 'r2', 'r3']);
  });

  it('a message that is too large, after its end (RFC 1870 section 6.3)', async () => {
    await expectTalk(
      `${READY}
      C: DATA
      S: 354 *
      C: ${'x'.repeat(2000)}
      C| .
      S: 552 5.3.4 *
      C: NOOP
      S: 250 *`,
      { settings: { messageSizeBytes: 1024 } },
    );
    expect(stage.intake.taken).toEqual([]);
  });

  it.each([
    ['LF.LF', String.raw`a\n.\nb\r\n.\r\n`],
    ['LF.CRLF', String.raw`a\n.\r\nb\r\n.\r\n`],
    ['CR.CR', String.raw`a\r.\rb\r\n.\r\n`],
    ['CRLF.LF', String.raw`a\r\n.\nb\r\n.\r\n`],
    ['CRLF.CR', String.raw`a\r\n.\rb\r\n.\r\n`],
  ])('to take %s for the end of the data (RFC 5321 section 4.1.1.4)', async (_, octets) => {
    await expectTalk(`${READY}
      C: DATA
      S: 354 *
      R: ${octets}
      S: 554 5.6.0 *
      C: NOOP
      S: 250 *`);
    expect(stage.intake.taken).toEqual([]);
  });

  it('what the intake cannot store, with the reply of the failure', async () => {
    stage = await openStage();
    stage.intake.fails = new Failure('store-full', 'no room');
    const connection = await stage.connect();
    const SEND = `C: DATA
      S: 354 *
      C: .
    `;
    await expectDialogue(connection, `${READY}${SEND}\nS: 452 4.3.1 *`);
    stage.intake.fails = new Error('a bug');
    await expectDialogue(
      connection,
      `C: MAIL FROM:<>
       S: 250 *
       C: RCPT TO:<anne@example.com>
       S: 250 *
       ${SEND}
       S: 451 4.3.0 *`,
    );
    expect(stage.log.lines.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['smtp.message-not-taken', 'smtp.bug']),
    );
  });

  it('a recipient while the store does not answer', async () => {
    const addressBook = {
      resolve: () => Promise.reject(new Failure('store-unavailable', 'down')),
      maySendAs: () => Promise.resolve(true),
    };
    await expectTalk(
      `${BEGUN}
      C: RCPT TO:<anne@example.com>
      S: 451 4.3.0 *
      C: NOOP
      S: 250 *`,
      { parts: { addressBook } },
    );
  });

  it('to go on after too many errors', async () => {
    await expectTalk(
      `${GREETED}
      C: FOO
      S: 500 *
      C: FOO
      S: 500 *
      C: FOO
      S: 500 *
      C: NOOP
      S: 421 4.7.0 *
      X:`,
      { settings: { errorsPerConnection: 3 } },
    );
  });

  it('10,000 pipelined NOOPs', async () => {
    stage = await openStage();
    const connection = await stage.connect();
    connection.send('NOOP\r\n'.repeat(10_000));
    const said = await connection.ended();
    expect(said.split('\r\n').filter((line) => line.startsWith('250'))).toHaveLength(120);
    expect(said).toMatch(/421 4\.7\.0 [^\r\n]+\r\n$/);
  });

  it('HTTP, at once', async () => {
    await expectTalk(`S: 220 *
      C: POST / HTTP/1.1
      S: 421 4.7.0 *
      X:`);
  });

  it('who talks before the greeting, where it waits for that', async () => {
    await expectTalk(
      `C: EHLO early.test
       S: 554 5.5.1 *
       X:`,
      { settings: { greetingDelayMs: 30_000 } },
    );
  });

  it('more messages on a connection than allowed', async () => {
    await expectTalk(
      `${READY}
      C: DATA
      S: 354 *
      C: .
      S: 250 *
      C: MAIL FROM:<>
      S: 421 4.7.0 *
      X:`,
      { settings: { messagesPerConnection: 1 } },
    );
  });

  it('who says nothing for too long (RFC 5321 section 4.5.3.2.7)', async () => {
    await expectTalk(
      `S: 220 *
       S: 421 4.4.2 *
       X:`,
      { settings: { idleMs: 50 } },
    );
  });
});
