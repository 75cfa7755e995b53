// The two lines that SMTP puts before every message: Return-Path (RFC 5321 section 4.4, at final delivery) and Received
// (the same section, with the protocol names of RFC 3848 and RFC 6531 section 4.3).
import { isIPv6 } from 'node:net';
import type { MailAddress } from '../../mail/address.js';
import { internetDate } from '../../mail/internet-date.js';

export interface Passage {
  readonly sender: MailAddress | undefined;
  /** What the client said in HELO or EHLO. */
  readonly helo: string;
  readonly client: string;
  readonly hostname: string;
  readonly isExtended: boolean;
  /** Version and cipher, where there is TLS. */
  readonly encryption: string | undefined;
  readonly isLoggedIn: boolean;
  readonly isUtf8: boolean;
  /** Given when it is the only one: the recipients of a message are not each other's to know (section 7.2). */
  readonly onlyRecipient: MailAddress | undefined;
}

const DOMAIN = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,253}[A-Za-z0-9])?$/;
const LITERAL = /^\[[A-Za-z0-9:.]{2,60}\]$/;

export function traceHeader(passage: Passage, id: string, atMs: number): string {
  const { sender, hostname, encryption, onlyRecipient } = passage;
  const tls = encryption === undefined ? '' : ` (${encryption})`;
  const recipient = onlyRecipient === undefined ? '' : `\r\n\tfor <${onlyRecipient.text}>`;
  return (
    `Return-Path: <${sender?.text ?? ''}>\r\n` +
    `Received: from ${clientText(passage)}\r\n` +
    `\tby ${hostname} with ${protocolName(passage)}${tls} id ${id}${recipient};\r\n` +
    `\t${internetDate(atMs)}\r\n`
  );
}

/** A name that is no name is not repeated: the header stays one that others can read. */
function clientText({ helo, client }: Passage): string {
  const literal = addressLiteral(client);
  return DOMAIN.test(helo) || LITERAL.test(helo) ? `${helo} (${literal})` : `${literal} (${literal})`;
}

/** RFC 5321 section 4.1.3. */
function addressLiteral(address: string): string {
  return isIPv6(address) ? `[IPv6:${address}]` : `[${address}]`;
}

/** RFC 3848; RFC 6531 section 4.3: the names with UTF8 imply ESMTP and drop its E. */
function protocolName({ isExtended, isUtf8, encryption, isLoggedIn }: Passage): string {
  if (!isExtended) return encryption === undefined ? 'SMTP' : 'SMTPS';
  const base = isUtf8 ? 'UTF8SMTP' : 'ESMTP';
  return `${base}${encryption === undefined ? '' : 'S'}${isLoggedIn ? 'A' : ''}`;
}
