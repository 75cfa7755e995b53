// Reports go to senders as mail from nobody; where there is nobody to tell, that is logged and no error.
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../src/base/failure.js';
import { Metrics } from '../../../../src/base/metrics.js';
import type { TimeUuid } from '../../../../src/base/time-uuid.js';
import type { IncomingMessage, IncomingRecipient } from '../../../../src/intake/intake.js';
import { parseMailAddress } from '../../../../src/mail/address.js';
import type { ReportedAction, ReportedRecipient } from '../../../../src/relay/dispatch/settlement.js';
import { MailReporter } from '../../../../src/relay/report/mail-reporter.js';
import { failureOfPromise } from '../../../failure-from.js';
import { MemoryLog } from '../../../memory-log.js';
import { VirtualTime } from '../../../virtual-time.js';

const ID = '0b0f7e30-0000-11f1-8000-000000000000' as TimeUuid;
const anne: IncomingRecipient = {
  address: parseMailAddress('anne@example.com', { isUtf8Allowed: false }),
  mailboxes: [],
  remote: [],
  parameters: {},
};

class Bench {
  readonly time = new VirtualTime();
  readonly log = new MemoryLog();
  readonly accepted: { readonly message: IncomingMessage; readonly text: string }[] = [];
  addressed: IncomingRecipient | undefined = anne;
  canStore = true;

  async report(sender: string, recipients: readonly ReportedRecipient[]): Promise<void> {
    const { time, log } = this;
    const reporter = new MailReporter({
      log,
      clock: time,
      metrics: new Metrics(),
      random: { bytes: (count) => new Uint8Array(count), fraction: () => 0 },
      hostname: () => 'mail.example.com',
      giveUpAfterMs: () => 1000,
      queue: {
        content: async () => ({ kind: 'small', bytes: Buffer.from('Return-Path: <>\r\nSubject: x\r\n\r\n') }),
      },
      addressed: async () => this.addressed,
      intake: { accept: (message) => this.#accept(message) },
    });
    const envelope = { message: ID, destination: 'x', sender, acceptedAtMs: 0, parameters: {} };
    const state = { recipients: [], attempts: 0, nextAttemptAtMs: 0 };
    await reporter.report({ id: ID, envelope, state, sizeBytes: 1 }, recipients);
  }

  async #accept(message: IncomingMessage): Promise<{ id: TimeUuid; sizeBytes: number }> {
    const pieces: Uint8Array[] = [];
    for await (const piece of message.content) pieces.push(piece);
    if (!this.canStore) throw new Failure('store-unavailable', 'no ring');
    this.accepted.push({ message, text: message.header(ID, 0) + Buffer.concat(pieces).toString() });
    return { id: ID, sizeBytes: 1 };
  }
}

function reported(action: ReportedAction, address: string): ReportedRecipient {
  return { action, recipient: { address, parameters: {} }, diagnosis: { status: '5.0.0', says: 'no' } };
}

describe('the reporter', () => {
  it('sends one report for each kind of news, from nobody, to the sender', async () => {
    const bench = new Bench();
    const news = [reported('failed', 'a@x'), reported('delayed', 'b@x'), reported('failed', 'c@x')];
    await bench.report('anne@example.com', news);
    expect(bench.accepted.map(({ message }) => message.sender)).toEqual([undefined, undefined]);
    expect(bench.accepted[0]?.message.recipients).toEqual([anne]);
    const [failed, delayed] = bench.accepted.map(({ text }) => text);
    expect(failed).toMatch(/^Return-Path: <>\r\nReceived: by mail\.example\.com id/);
    expect(failed).toMatch(/rfc822; a@x[^]*rfc822; c@x/);
    expect(failed).not.toContain('b@x');
    expect(failed).toContain('\r\n\r\nSubject: x\r\n\r\n--');
    expect(delayed).toContain('Final-Recipient: rfc822; b@x');
    expect(bench.log.events).toEqual(['relay.reported', 'relay.reported']);
  });

  it.each(['', 'no address', 'anne@example.com'])('logs that nobody can be told: "%s"', async (sender) => {
    const bench = new Bench();
    bench.addressed = undefined;
    await bench.report(sender, [reported('failed', 'a@x')]);
    expect(bench.accepted).toEqual([]);
    expect(bench.log.events).toEqual(['relay.report-undeliverable']);
  });

  it('fails as the store fails, so that it is asked again', async () => {
    const bench = new Bench();
    bench.canStore = false;
    const failure = await failureOfPromise(bench.report('anne@example.com', [reported('failed', 'a@x')]));
    expect(failure.code).toBe('store-unavailable');
  });
});
