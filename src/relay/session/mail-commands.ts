// The commands that open a transaction: what the envelope asks for, as far as the remote host announced that it can do it.
// What it cannot do and the message needs is told, for each recipient; what it cannot do and the message can go without
// is left out. No command ever has a CR or LF in it.
import { domainToASCII } from 'node:url';
import type { RelayRecipient } from '../../store/types.js';
import type { Lack } from './trouble.js';

export interface Capabilities {
  /** In upper case. */
  readonly extensions: ReadonlySet<string>;
  /** 0: none was announced. */
  readonly sizeLimitOctets: number;
}

/** What is known of the message beside its envelope. */
export interface MessageNeeds {
  readonly sizeBytes: number;
  /** There are octets above 127 in it. */
  readonly isEightBit: boolean;
  /** There are octets above 127 in its header (RFC 6532). */
  readonly hasUtf8Header: boolean;
}

export interface MailEnvelope {
  readonly sender: string;
  /** The parameters of MAIL as they came, names in capitals. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type RecipientCommand = { readonly line: string } | { readonly lack: Lack };

export interface MailCommands {
  readonly mail: string;
  /** One for each recipient; what is lacking for one that cannot be sent to. */
  readonly recipients: readonly RecipientCommand[];
  /** The host knows delivery reports: what was asked of us in that matter is asked of it. */
  readonly isReportHandedOn: boolean;
}

const BEYOND_ASCII = /[^\0-\u007f]/;
/** Addresses were checked when they came; what was stored may be from anywhere. */
const UNSPEAKABLE = /[\p{Cc}<>]/u;

/** What is lacking for all, where nobody can be sent to. */
export function mailCommands(
  envelope: MailEnvelope,
  recipients: readonly RelayRecipient[],
  message: MessageNeeds,
  capabilities: Capabilities,
): MailCommands | Lack {
  const lack = lackOf(envelope, message, capabilities);
  if (lack !== undefined) return lack;
  const { extensions } = capabilities;
  const from = spoken(envelope.sender);
  const paths = recipients.map(({ address }) => spoken(address));
  const isUtf8Meant =
    'SMTPUTF8' in envelope.parameters ||
    message.hasUtf8Header ||
    [from, ...paths].some((path) => BEYOND_ASCII.test(path));
  const isUtf8 = extensions.has('SMTPUTF8') && isUtf8Meant;
  const words = [`MAIL FROM:<${from}>`, ...mailParameters(envelope, message, extensions)];
  if (isUtf8) words.push('SMTPUTF8');
  const hasReports = extensions.has('DSN');
  return {
    mail: words.join(' '),
    recipients: paths.map((path, at) =>
      recipientCommand(path, hasReports ? (recipients[at]?.parameters ?? {}) : {}, isUtf8),
    ),
    isReportHandedOn: hasReports,
  };
}

function lackOf(
  { sender, parameters }: MailEnvelope,
  { sizeBytes, isEightBit, hasUtf8Header }: MessageNeeds,
  { extensions, sizeLimitOctets }: Capabilities,
): Lack | undefined {
  if (UNSPEAKABLE.test(sender)) return 'ADDRESS';
  if (sizeLimitOctets > 0 && sizeBytes > sizeLimitOctets) return 'SIZE';
  if ('REQUIRETLS' in parameters && !extensions.has('REQUIRETLS')) return 'REQUIRETLS';
  if (isEightBit && !extensions.has('8BITMIME')) return '8BITMIME';
  const isUtf8Needed = hasUtf8Header || BEYOND_ASCII.test(spoken(sender));
  return isUtf8Needed && !extensions.has('SMTPUTF8') ? 'SMTPUTF8' : undefined;
}

function mailParameters(
  { parameters }: MailEnvelope,
  { sizeBytes, isEightBit }: MessageNeeds,
  extensions: ReadonlySet<string>,
): readonly string[] {
  return [
    ...(extensions.has('SIZE') ? [`SIZE=${sizeBytes}`] : []),
    ...(isEightBit ? ['BODY=8BITMIME'] : []),
    ...('REQUIRETLS' in parameters ? ['REQUIRETLS'] : []),
    ...(extensions.has('DSN') ? chosen(parameters, ['RET', 'ENVID']) : []),
  ];
}

function recipientCommand(
  path: string,
  parameters: Readonly<Record<string, string>>,
  isUtf8: boolean,
): RecipientCommand {
  if (UNSPEAKABLE.test(path)) return { lack: 'ADDRESS' };
  if (BEYOND_ASCII.test(path) && !isUtf8) return { lack: 'SMTPUTF8' };
  const reports = chosen(parameters, ['NOTIFY', 'ORCPT']);
  const sayable = reports.filter((word) => isUtf8 || !BEYOND_ASCII.test(word)); // RFC 6533 section 3
  return { line: [`RCPT TO:<${path}>`, ...sayable].join(' ') };
}

function chosen(parameters: Readonly<Record<string, string>>, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const value = parameters[name];
    return value === undefined || value === '' || /[\s\p{Cc}]/u.test(value) ? [] : [`${name}=${value}`];
  });
}

/** The domain in A-labels, with which every host can do something (RFC 6531 section 3.2). */
function spoken(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at < 0 || !BEYOND_ASCII.test(domain)) return address;
  return `${address.slice(0, at)}@${domainToASCII(domain)}`;
}
