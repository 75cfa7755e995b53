// A delivery report as a message (RFC 3464 in RFC 6522's multipart/report; RFC 6533 where an address is not ASCII): for
// people, for programs, and the original or its header, as RET asked (RFC 3461 section 4.3). Streams, since the original
// may be large. It says that it is automatic (RFC 3834 section 5), and comes from nobody, so that nobody answers it.
import { asAscii, isAscii } from '../../mail/ascii.js';
import { internetDate } from '../../mail/internet-date.js';
import type { RelayEnvelope } from '../../store/types.js';
import type { ReportedAction, ReportedRecipient } from '../dispatch/settlement.js';
import { originalPart } from './original-part.js';
import { reportSubject, reportText } from './report-text.js';
import { statusFields } from './status-fields.js';

export interface ReportFacts {
  readonly action: ReportedAction;
  /** All with that action. */
  readonly recipients: readonly ReportedRecipient[];
  readonly envelope: RelayEnvelope;
  /** The original from its first octet. */
  readonly original: () => AsyncIterable<Uint8Array>;
  readonly hostname: string;
  readonly giveUpAfterMs: number;
  readonly nowMs: number;
  /** Anything unique: names the report and parts it. */
  readonly unique: string;
}

export interface DeliveryReport {
  /** Of MAIL, by their names in capitals. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly content: AsyncIterable<Uint8Array>;
}

const CRLF = '\r\n';
const EIGHT_BIT = 'Content-Transfer-Encoding: 8bit';

export function deliveryReport(facts: ReportFacts): DeliveryReport {
  const { envelope, recipients } = facts;
  const isUtf8 = ![envelope.sender, ...recipients.map(({ recipient }) => recipient.address)].every(isAscii);
  const isEightBit = isUtf8 || envelope.parameters['BODY']?.toUpperCase() === '8BITMIME';
  return {
    parameters: {
      ...(isEightBit ? { BODY: '8BITMIME' } : {}),
      ...(isUtf8 ? { SMTPUTF8: '' } : {}),
    },
    content: pieces(facts, { isUtf8, isEightBit }),
  };
}

async function* pieces(
  facts: ReportFacts,
  form: { readonly isUtf8: boolean; readonly isEightBit: boolean },
): AsyncIterable<Uint8Array> {
  const boundary = `=_${facts.unique}`;
  const told = [
    ...heading(facts, boundary),
    ...explanation(facts, boundary, form.isUtf8),
    ...status(facts, boundary, form.isUtf8),
  ];
  const text = told.map((line) => `${form.isUtf8 ? line : asAscii(line)}${CRLF}`).join('');
  yield Buffer.from(`${text}${CRLF}--${boundary}${CRLF}`);
  const { envelope, action } = facts;
  const isWhole = action === 'failed' && envelope.parameters['RET']?.toUpperCase() === 'FULL';
  yield* originalPart(facts.original(), { ...form, isWhole });
  yield Buffer.from(`${CRLF}--${boundary}--${CRLF}`);
}

function heading(
  { hostname, envelope, action, nowMs, unique }: ReportFacts,
  boundary: string,
): readonly string[] {
  return [
    `From: Mail Delivery System <MAILER-DAEMON@${hostname}>`,
    `To: <${envelope.sender}>`,
    `Subject: ${reportSubject(action)}`,
    `Date: ${internetDate(nowMs)}`,
    `Message-ID: <${unique}@${hostname}>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    `\tboundary="${boundary}"`,
    '',
    'This is a delivery report in MIME format (RFC 3464).',
  ];
}

function explanation(facts: ReportFacts, boundary: string, isUtf8: boolean): readonly string[] {
  const { envelope, action } = facts;
  return [
    '',
    `--${boundary}`,
    `Content-Type: text/plain; charset=${isUtf8 ? 'utf-8' : 'us-ascii'}`,
    'Content-Description: What happened',
    ...(isUtf8 ? [EIGHT_BIT] : []),
    '',
    ...reportText(action, { ...facts, ...envelope, giveUpAtMs: giveUpAtMs(facts) }),
  ];
}

function status(facts: ReportFacts, boundary: string, isUtf8: boolean): readonly string[] {
  const { envelope } = facts;
  return [
    '',
    `--${boundary}`,
    `Content-Type: message/${isUtf8 ? 'global-delivery-status' : 'delivery-status'}`,
    'Content-Description: For programs',
    ...(isUtf8 ? [EIGHT_BIT] : []),
    '',
    ...statusFields({
      ...facts,
      acceptedAtMs: envelope.acceptedAtMs,
      envelopeId: envelope.parameters['ENVID'],
      giveUpAtMs: giveUpAtMs(facts),
    }),
  ];
}

function giveUpAtMs({ envelope, giveUpAfterMs }: ReportFacts): number {
  return envelope.acceptedAtMs + giveUpAfterMs;
}
