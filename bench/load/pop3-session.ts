// POP3 clients: what a person's mail program does, and what a mover of whole mailboxes does.
import { PASSWORD } from '../mail/mailboxes.js';
import type { Answer } from './answer.js';
import { TextConnection } from './text-connection.js';

export interface Stat {
  readonly messages: number;
  readonly bytes: number;
}

/** login, STAT, UIDL and the first messages, each asked for when the one before has come; the bytes received. */
export async function fetchSome(port: number, login: string, messages: number): Promise<number> {
  const { connection, stat } = await logIn(port, login);
  if (stat.messages < messages) throw new Error(`${login} has ${stat.messages} messages, not ${messages}`);
  await askText(connection, 'UIDL');
  let bytes = 0;
  for (let number = 1; number <= messages; number += 1) {
    bytes += (await askText(connection, `RETR ${number}`)).bytes;
  }
  await quit(connection);
  return bytes;
}

/** login, STAT and all messages, asked for at once; the bytes received. */
export async function fetchAll(port: number, login: string, messages: number): Promise<number> {
  const { connection, stat } = await logIn(port, login);
  if (stat.messages !== messages) throw new Error(`${login} has ${stat.messages} messages, not ${messages}`);
  const requests = Array.from({ length: messages }, (_, index) => `RETR ${index + 1}\r\n`).join('');
  const { bytes } = await connection.ask(requests, ({ dotLines }) => dotLines === messages);
  if (bytes < stat.bytes) throw new Error(`${login}: ${bytes} of ${stat.bytes} bytes came`);
  await quit(connection);
  return bytes;
}

export async function statOf(port: number, login: string): Promise<Stat> {
  const { connection, stat } = await logIn(port, login);
  await quit(connection);
  return stat;
}

async function logIn(
  port: number,
  login: string,
): Promise<{ readonly connection: TextConnection; readonly stat: Stat }> {
  const connection = new TextConnection(port);
  expectOk(await connection.ask('', isLine), 'greeting');
  await askLine(connection, `USER ${login}`);
  await askLine(connection, `PASS ${PASSWORD}`);
  const stat = await askLine(connection, 'STAT');
  const [, messages, bytes] = stat.split(' ');
  return { connection, stat: { messages: Number(messages), bytes: Number(bytes) } };
}

/** The mailbox is free for the next session when this is answered. */
async function quit(connection: TextConnection): Promise<void> {
  await askLine(connection, 'QUIT');
  connection.close();
}

async function askLine(connection: TextConnection, command: string): Promise<string> {
  const answer = await connection.ask(`${command}\r\n`, isLine);
  expectOk(answer, command);
  return answer.head.trimEnd();
}

async function askText(connection: TextConnection, command: string): Promise<Answer> {
  const answer = await connection.ask(`${command}\r\n`, isText);
  expectOk(answer, command);
  return answer;
}

function isLine(answer: Answer): boolean {
  return answer.endsLine();
}

/** An error is one line even where a text was asked for (RFC 1939 section 3). */
function isText(answer: Answer): boolean {
  return answer.dotLines > 0 || (answer.head.startsWith('-') && answer.endsLine());
}

function expectOk({ head }: Answer, command: string): void {
  if (!head.startsWith('+OK')) throw new Error(`${command.split(' ')[0]}: ${head.trimEnd()}`);
}
