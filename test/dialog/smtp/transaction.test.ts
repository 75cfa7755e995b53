import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectDialogue } from '../dialogue.js';
import { DotUnstuffing } from '../../../src/smtp/content/dot-unstuffing.js';
import { openStage, PaperAddressBook, type Stage } from './smtp-stage.js';

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

describe('pipelined recipients (RFC 2920 section 3.2)', () => {
  it('are looked up side by side and answered in order', async () => {
    const waiting: (() => void)[] = [];
    const book = new PaperAddressBook();
    const stage = await openStage({
      parts: {
        addressBook: {
          maySendAs: () => Promise.resolve(true),
          // the last one is answered first, and only when all are asked for
          resolve: async (address) => {
            await new Promise<void>((resolve) => {
              waiting.unshift(resolve);
              if (waiting.length === 3) for (const go of waiting) go();
            });
            return book.resolve(address);
          },
        },
      },
    });
    await expectDialogue(
      await stage.connect(),
      `S: 220 *
       C: EHLO client.test
       S: 250*…
       C: MAIL FROM:<>
       C| RCPT TO:<anne@example.com>
       C| RCPT TO:<nobody@example.com>
       C| RCPT TO:
       C| RCPT TO:<bob@example.com>
       C| DATA
       S: 250 2.1.0 *
       S: 250 2.1.5 *
       S: 550 5.1.1 *
       S: 501 *
       S: 250 2.1.5 *
       S: 354 *
       C: .
       S: 250 *`,
    );
    await stage.close();
  });
});

describe('a message of a million dot lines', () => {
  it('comes whole, and keeps nobody else waiting', async () => {
    const stage = await openStage({ settings: { messageSizeBytes: 50_000_000 } });
    const connection = await stage.connect();
    const other = await stage.connect();
    await expectDialogue(other, 'S: 220 *');
    await expectDialogue(
      connection,
      `S: 220 *
       C: EHLO client.test
       S: 250*…
       C: MAIL FROM:<>
       S: 250 *
       C: RCPT TO:<anne@example.com>
       S: 250 *
       C: DATA
       S: 354 *`,
    );
    connection.send(Buffer.from(`\r\n${'..\r\n'.repeat(1_000_000)}.\r\n`));
    await expectDialogue(other, 'C: NOOP\nS: 250 *');
    await expectDialogue(connection, 'S: 250 2.0.0 accepted *');
    expect(stage.intake.taken[0]?.content.length).toBe(3_000_002);
    await stage.close();
  });

  it('costs a chunk of a fast socket a few milliseconds at most', () => {
    const dots = new DotUnstuffing();
    const chunk = Buffer.from('..\r\n'.repeat(16_384));
    dots.feed(chunk, 0);
    const before = process.cpuUsage();
    for (let count = 0; count < 61; count += 1) dots.feed(chunk, 0);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 61 / 1000).toBeLessThan(100);
  });
});
