// Delivery reports: what RFC 3464 and RFC 6522 ask for, RET obeyed, and nothing a remote host says breaks their lines.
import { describe, expect, it } from '@jest/globals';
import type { TimeUuid } from '../../../../src/base/time-uuid.js';
import type { Diagnosis } from '../../../../src/relay/attempt.js';
import { deliveryReport, type ReportFacts } from '../../../../src/relay/report/delivery-report.js';

const ORIGINAL = 'Received: from x\r\nSubject: Hello\r\n\r\nSecret body\r\n';
const refusal: Diagnosis = { status: '5.1.1', says: '550 5.1.1 no such user', host: 'mx.example.org' };

interface Changes extends Partial<Omit<ReportFacts, 'original'>> {
  readonly message?: string;
  readonly mail?: Record<string, string>;
  readonly address?: string;
  readonly rcpt?: Record<string, string>;
  readonly diagnosis?: Diagnosis;
}

function facts(changes: Changes): ReportFacts {
  const { message = ORIGINAL, mail = {}, rcpt = {}, address = 'bert@example.org', ...others } = changes;
  const action = others.action ?? 'failed';
  return {
    recipients: [
      { action, diagnosis: others.diagnosis ?? refusal, recipient: { address, parameters: rcpt } },
    ],
    envelope: {
      message: '0b0f7e30-0000-11f1-8000-000000000000' as TimeUuid,
      destination: 'example.org',
      sender: 'anne@example.com',
      acceptedAtMs: Date.UTC(2026, 0, 1),
      parameters: mail,
    },
    original: async function* whole() {
      for (const octet of Buffer.from(message)) yield Uint8Array.of(octet);
    },
    hostname: 'mail.example.com',
    giveUpAfterMs: 5 * 86_400_000,
    nowMs: Date.UTC(2026, 0, 2),
    unique: 'u-1',
    ...others,
    action,
  };
}

async function written(changes: Changes): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of deliveryReport(facts(changes)).content) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** The parts between the boundaries, preamble first. */
async function parts(changes: Changes): Promise<string[]> {
  return (await written(changes)).split(/\r\n--=_u-1(?:--)?\r\n/);
}

describe('a delivery report', () => {
  it('is a multipart/report of three parts that ends as it should (RFC 6522 section 3)', async () => {
    const [head, people, programs, original, end, ...more] = await parts({});
    expect(head).toContain(
      'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="=_u-1"\r\n',
    );
    expect(head).toContain('\r\nTo: <anne@example.com>\r\n');
    expect(head).toContain('\r\nAuto-Submitted: auto-replied\r\n');
    expect(people).toContain('5.1.1: mx.example.org said: 550 5.1.1 no such user');
    expect(programs).toMatch(/^Content-Type: message\/delivery-status\r\n/);
    expect(original).toMatch(/^Content-Type: text\/rfc822-headers\r\n/);
    expect([end, more]).toEqual(['', []]);
  });

  it('names message and recipient as RFC 3464 section 2 asks, and as the sender knew them', async () => {
    const [, , programs = ''] = await parts({
      mail: { ENVID: 'QQ+2B314' },
      rcpt: { ORCPT: 'rfc822;info+2Bx@example.com' },
    });
    expect(programs.split('\r\n\r\n').slice(1)).toEqual([
      [
        'Original-Envelope-Id: QQ+314',
        'Reporting-MTA: dns; mail.example.com',
        'Arrival-Date: Thu, 1 Jan 2026 00:00:00 +0000',
      ].join('\r\n'),
      [
        'Original-Recipient: rfc822; info+x@example.com',
        'Final-Recipient: rfc822; bert@example.org',
        'Action: failed',
        'Status: 5.1.1',
        'Remote-MTA: dns; mx.example.org',
        'Diagnostic-Code: smtp; 550 5.1.1 no such user',
        'Last-Attempt-Date: Fri, 2 Jan 2026 00:00:00 +0000',
        '',
      ].join('\r\n'),
    ]);
  });

  it('says until when a late message is tried', async () => {
    const [, people, programs] = await parts({ action: 'delayed' });
    expect(people).toContain('It will be tried until Tue, 6 Jan 2026 00:00:00 +0000');
    expect(programs).toContain('Will-Retry-Until: Tue, 6 Jan 2026 00:00:00 +0000');
  });

  it('has the whole message with RET=FULL, when it failed, and the header else (RFC 3461 section 4.3)', async () => {
    expect(await written({ mail: { RET: 'full' } })).toContain(
      `message/rfc822\r\nContent-Description: Your message\r\n\r\n${ORIGINAL}\r\n--`,
    );
    expect(await written({ mail: { RET: 'FULL' }, action: 'delayed' })).not.toContain('Secret');
    expect(await written({ mail: { RET: 'HDRS' } })).not.toContain('Secret');
    expect(await written({})).toContain('Subject: Hello\r\n\r\n--');
  });

  it('takes a header without an end, and one too long', async () => {
    const [, , , headerOnly] = await parts({ message: 'Subject: x\r\n' });
    expect(headerOnly).toContain('\r\n\r\nSubject: x\r\n');
    const long = await written({ message: 'X-Line: 1234567890\r\n'.repeat(10_000) });
    expect(long.length).toBeLessThan(70_000);
    expect(await written({ message: 'x'.repeat(100_000) })).not.toContain('xxxx');
  });

  it('is plain ASCII unless an address is not, or the message was announced as 8 bit', async () => {
    const odd = { ...refusal, says: '550 größer\r\nX-Evil: yes' };
    const report = deliveryReport(facts({ message: 'Subject: ö\r\n\r\n' }));
    expect(report.parameters).toEqual({});
    const text = await written({ message: 'Subject: ö\r\n\r\n', diagnosis: odd });
    expect(text).toMatch(/^[\0-\u007f]*$/);
    expect(text).not.toContain('\nX-Evil');
    expect(deliveryReport(facts({ mail: { BODY: '8bitmime' } })).parameters).toEqual({ BODY: '8BITMIME' });
    expect(await written({ message: 'Subject: ö\r\n\r\n', mail: { BODY: '8BITMIME' } })).toContain(
      'Subject: ö',
    );
  });

  it('speaks UTF-8 about addresses that need it (RFC 6533)', async () => {
    const report = deliveryReport(facts({ address: 'jürgen@example.org' }));
    expect(report.parameters).toEqual({ BODY: '8BITMIME', SMTPUTF8: '' });
    const [, , programs, original] = await parts({ address: 'jürgen@example.org' });
    expect(programs).toContain('message/global-delivery-status');
    expect(programs).toContain('Final-Recipient: utf-8; jürgen@example.org');
    expect(original).toContain('message/global-headers');
  });
});
