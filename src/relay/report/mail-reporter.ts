// Tells senders what became of their mail, by mail, through the same door as any other. One report for each kind of
// news. Mail from nobody is reported to nobody (RFC 3461 section 5.2.9 d), so there is never a report about a report.
import { Budget } from '../../base/budget.js';
import type { Clock } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import type { Metrics } from '../../base/metrics.js';
import { randomUuid, type Random } from '../../base/random.js';
import type { IncomingRecipient, Intake } from '../../intake/intake.js';
import { parseMailAddress, type MailAddress } from '../../mail/address.js';
import { internetDate } from '../../mail/internet-date.js';
import type { DeliveryQueue, LiveItem } from '../../queue/relay-queue.js';
import type { Reporter } from '../dispatch/dispatcher.js';
import type { ReportedAction, ReportedRecipient } from '../dispatch/settlement.js';
import { relayedContent } from '../relayed-content.js';
import { deliveryReport } from './delivery-report.js';

export interface MailReporterParts {
  readonly queue: Pick<DeliveryQueue, 'content'>;
  readonly intake: Intake;
  /** Where mail for the sender goes; undefined: to nobody. Fails where it cannot be found out at the moment. */
  readonly addressed: (sender: MailAddress, budget: Budget) => Promise<IncomingRecipient | undefined>;
  readonly hostname: () => string;
  readonly giveUpAfterMs: () => number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** For one report to be stored; the dispatcher tries it again later. */
const REPORT_MS = 60_000;
const ACTIONS: readonly ReportedAction[] = ['failed', 'delayed', 'relayed', 'delivered'];

export class MailReporter implements Reporter {
  readonly #parts: MailReporterParts;

  constructor(parts: MailReporterParts) {
    this.#parts = parts;
  }

  async report(item: LiveItem, recipients: readonly ReportedRecipient[]): Promise<void> {
    const { clock, log, addressed } = this.#parts;
    const budget = Budget.of(clock, REPORT_MS);
    const sender = senderOf(item);
    const to = sender === undefined ? undefined : await addressed(sender, budget);
    if (to === undefined) {
      log.write('relay.report-undeliverable', { id: item.envelope.message, sender: item.envelope.sender });
      return;
    }
    for (const action of ACTIONS) {
      const these = recipients.filter((recipient) => recipient.action === action);
      if (these.length > 0) await this.#send(item, to, { action, recipients: these, budget });
    }
  }

  async #send(
    item: LiveItem,
    to: IncomingRecipient,
    news: {
      readonly action: ReportedAction;
      readonly recipients: readonly ReportedRecipient[];
      readonly budget: Budget;
    },
  ): Promise<void> {
    const { clock, random, metrics, log, intake, hostname, giveUpAfterMs } = this.#parts;
    const { action, recipients, budget } = news;
    const host = hostname();
    const report = deliveryReport({
      action,
      recipients,
      envelope: item.envelope,
      original: () => this.#original(item, budget),
      hostname: host,
      giveUpAfterMs: giveUpAfterMs(),
      nowMs: clock.wallMs(),
      unique: randomUuid(random),
    });
    const receipt = await intake.accept(
      {
        sender: undefined,
        parameters: report.parameters,
        recipients: [to],
        origin: { report: action, about: item.envelope.message },
        header: (id, atMs) =>
          `Return-Path: <>\r\nReceived: by ${host} id ${id};\r\n\t${internetDate(atMs)}\r\n`,
        content: report.content,
      },
      () => budget,
    );
    metrics.count('cassmail_relay_reports_total', { action });
    log.write('relay.reported', { id: item.envelope.message, action, report: receipt.id });
  }

  async *#original(item: LiveItem, budget: Budget): AsyncIterable<Uint8Array> {
    const body = relayedContent(await this.#parts.queue.content(item, budget));
    if (body.kind === 'small') yield body.bytes;
    else yield* body.chunks;
  }
}

function senderOf({ envelope }: LiveItem): MailAddress | undefined {
  try {
    return parseMailAddress(envelope.sender, { isUtf8Allowed: true });
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
