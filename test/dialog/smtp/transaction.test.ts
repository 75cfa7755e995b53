import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectDialogue } from '../dialogue.js';
import { openStage, type Stage } from './smtp-stage.js';

describe('a mail transaction over SMTP', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await openStage();
  });

  afterEach(() => stage.close());

  it('goes as in RFC 5321 appendix D.1', async () => {
    await expectDialogue(
      await stage.connect(),
      `S: 220 mx.test *
       C: EHLO client.test
       S: 250*…
       C: MAIL FROM:<smith@client.test>
       S: 250 2.1.0 *
       C: RCPT TO:<anne@example.com>
       S: 250 2.1.5 *
       C: RCPT TO:<nobody@example.com>
       S: 550 5.1.1 *
       C: RCPT TO:<bob@example.com>
       S: 250 2.1.5 *
       C: DATA
       S: 354 *
       C: Subject: one
       C:
       C: ..and a dot
       C: .
       S: 250 2.0.0 accepted *
       C: QUIT
       S: 221 2.0.0 *
       X:`,
    );
    expect(stage.intake.taken).toHaveLength(1);
    const [taken] = stage.intake.taken;
    expect(taken?.content.toString()).toBe('Subject: one\r\n\r\n.and a dot\r\n');
    expect(taken?.header).toMatch(
      /^Return-Path: <smith@client\.test>\r\nReceived: from client\.test \(\[127\.0\.0\.1\]\)\r\n\tby mx\.test with ESMTP id [0-9a-f-]+;\r\n\t\w{3}, /,
    );
  });

  it('takes a whole transaction in one write (RFC 2920)', async () => {
    await expectDialogue(
      await stage.connect(),
      `S: 220 *
       C: EHLO client.test
       S: 250*…
       C: MAIL FROM:<>
       C| RCPT TO:<anne@example.com>
       C| DATA
       S: 250 2.1.0 *
       S: 250 2.1.5 *
       S: 354 *
       C: x
       C| .
       C| MAIL FROM:<>
       C| RCPT TO:<bob@example.com>
       C| DATA
       S: 250 2.0.0 accepted *
       S: 250 2.1.0 *
       S: 250 2.1.5 *
       S: 354 *
       C: y
       C| .
       C| QUIT
       S: 250 2.0.0 accepted *
       S: 221 *
       X:`,
    );
    expect(stage.intake.taken.map(({ content }) => content.toString())).toEqual(['x\r\n', 'y\r\n']);
  });
});
