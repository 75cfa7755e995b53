// One message over a connection of its own, from connecting to the 250 that says it is kept.
import { DOMAIN, SENDER } from '../mail/mailboxes.js';
import type { Answer } from './answer.js';
import { TextConnection } from './text-connection.js';

export async function sendOne(port: number, recipient: string, message: string): Promise<void> {
  const connection = new TextConnection(port);
  await ask(connection, '', '220');
  await ask(connection, `EHLO ${DOMAIN}\r\n`, '250');
  await ask(connection, `MAIL FROM:<${SENDER}>\r\n`, '250');
  await ask(connection, `RCPT TO:<${recipient}>\r\n`, '250');
  await ask(connection, 'DATA\r\n', '354');
  await ask(connection, `${message}.\r\n`, '250');
  connection.end('QUIT\r\n');
}

/** A message of this size, header included, with lines of 64 octets. */
export function messageOf(sizeBytes: number): string {
  const header = `From: <${SENDER}>\r\nTo: <${SENDER}>\r\nSubject: bench\r\n\r\n`;
  const line = `${'x'.repeat(62)}\r\n`;
  return header + line.repeat(Math.ceil((sizeBytes - header.length) / line.length));
}

async function ask(connection: TextConnection, request: string, code: string): Promise<void> {
  const { head } = await connection.ask(request, isReply);
  if (!head.startsWith(code)) {
    connection.close();
    throw new Error(`${request.slice(0, 4)}: ${head.trimEnd()}`);
  }
}

/** The last line of a reply has a space after its code (RFC 5321 section 4.2.1). */
function isReply({ head }: Answer): boolean {
  return /(?:^|\r\n)\d{3} [^\r\n]*\r\n$/.test(head);
}
