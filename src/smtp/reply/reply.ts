// One answer of the server (RFC 5321 section 4.2): a code, the enhanced status code that RFC 2034 wants in front of the
// text of each line, and the text.

export interface Reply {
  readonly code: number;
  /** Such as `5.1.1` (RFC 3463). None in greetings, in answers to EHLO and HELO, and with codes 3yz. */
  readonly status?: string;
  /** A list gives one line each. */
  readonly text: string | readonly string[];
}

/** RFC 5321 section 4.5.3.1.5: a reply line has at most 512 octets, code and CRLF included. */
const TEXT_OCTETS = 480;
const UNPRINTABLE = /[^\x20-\x7e]/g;

/** What goes over the wire, the last CRLF included. */
export function replyText({ code, status, text }: Reply): string {
  const prefix = status === undefined ? '' : `${status} `;
  if (typeof text === 'string') return `${code} ${prefix}${printable(text)}\r\n`;
  return text
    .map((line, index) => `${code}${index < text.length - 1 ? '-' : ' '}${prefix}${printable(line)}\r\n`)
    .join('');
}

/** RFC 5321 section 4.2.3: who closes the connection says first who that is. */
export function signed(reply: Reply, hostname: string): Reply {
  const isFarewell = reply.code === 221 || reply.code === 421;
  return isFarewell && typeof reply.text === 'string'
    ? { ...reply, text: `${hostname} ${reply.text}` }
    : reply;
}

/** Nothing that a client said can end our line or reach a terminal. */
function printable(text: string): string {
  return text.replace(UNPRINTABLE, '?').slice(0, TEXT_OCTETS);
}

export function isRefusal(reply: Reply): boolean {
  return reply.code >= 400;
}
