import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectDialogue } from '../dialogue.js';
import { openStage, type Stage } from './smtp-stage.js';

const BEGUN = `S: 220 *
  C: EHLO client.test
  S: 250*…
  C: MAIL FROM:<>
  S: 250 *
  C: RCPT TO:<anne@example.com>
  S: 250 *
`;

describe('BDAT (RFC 3030 section 2)', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await openStage({ settings: { messageSizeBytes: 100 } });
  });

  afterEach(() => stage.close());

  async function expectTalk(script: string): Promise<string[]> {
    await expectDialogue(await stage.connect(), script);
    return stage.intake.taken.map(({ content }) => content.toString('latin1'));
  }

  it('takes chunks by their octets, dots and all, and answers each', async () => {
    const taken = await expectTalk(`${BEGUN}
      R: BDAT 9\\r\\nA: b\\r\\n\\r\\n.
      S: 250 2.0.0 9 octets received
      R: BDAT 4 LAST\\r\\n\\r\\n.\\n
      S: 554 5.6.0 *
      C: MAIL FROM:<>
      S: 250 *
      C: RCPT TO:<anne@example.com>
      S: 250 *
      R: BDAT 12\\r\\nA: b\\r\\n\\r\\n.\\r\\n.BDAT 3 LAST\\r\\nx\\r\\n
      S: 250 2.0.0 12 octets received
      S: 250 2.0.0 accepted *`);
    expect(taken).toEqual(['A: b\r\n\r\n.\r\n.x\r\n']);
  });

  it('takes an empty last chunk', async () => {
    expect(
      await expectTalk(`${BEGUN}
      R: BDAT 3\\r\\nx\\r\\n
      S: 250 *
      C: BDAT 0 LAST
      S: 250 2.0.0 accepted *`),
    ).toEqual(['x\r\n']);
  });

  it('completes a last line without its end, and counts it', async () => {
    expect(
      await expectTalk(`${BEGUN}
      R: BDAT 1 LAST\\r\\nx
      S: 250 2.0.0 accepted *`),
    ).toEqual(['x\r\n']);
    expect(await stage.metrics.exposition()).toMatch(/cassmail_smtp_lines_completed_total 1/);
  });

  it('swallows the octets of a chunk that it refuses', async () => {
    await expectTalk(`S: 220 *
      C: EHLO client.test
      S: 250*…
      R: BDAT 6\\r\\nQUIT\\r\\n
      S: 503 5.5.1 *
      C: MAIL FROM:<>
      S: 250 *
      R: BDAT 6 LAST\\r\\nQUIT\\r\\n
      S: 554 5.5.1 *
      C: NOOP
      S: 250 *`);
  });

  it('refuses further chunks after a refused one, until RSET', async () => {
    await expectTalk(`${BEGUN}
      R: BDAT 101\\r\\n${'x'.repeat(101)}
      S: 552 5.3.4 *
      R: BDAT 1\\r\\nx
      S: 503 5.5.1 *
      C: RSET
      S: 250 *
      C: MAIL FROM:<>
      S: 250 *`);
    expect(stage.intake.taken).toEqual([]);
  });

  it('does not mix with DATA, nor with further recipients', async () => {
    await expectTalk(`${BEGUN}
      R: BDAT 1\\r\\nx
      S: 250 *
      C: DATA
      S: 503 5.5.1 *
      C: RCPT TO:<bob@example.com>
      S: 503 5.5.1 *
      C: MAIL FROM:<>
      S: 503 5.5.1 *
      C: RSET
      S: 250 *`);
    expect(stage.intake.taken).toEqual([]);
  });

  it('ends the connection when nobody can tell where the next command begins', async () => {
    await expectTalk(`${BEGUN}
      C: BDAT many
      S: 501 5.5.4 *
      X:`);
  });

  it('drops a message whose client leaves between two chunks', async () => {
    const connection = await stage.connect();
    await expectDialogue(
      connection,
      `${BEGUN}
      R: BDAT 1\\r\\nx
      S: 250 *
      H:
      X:`,
    );
    expect(stage.intake.taken).toEqual([]);
  });
});
