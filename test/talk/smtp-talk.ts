// A conversation with an SMTP server, as tests hold it.
import { LineConnection, type ConnectOptions } from './line-connection.js';

export interface SmtpReply {
  readonly code: number;
  /** RFC 3463, where the first line has one. */
  readonly enhanced: string | undefined;
  /** The texts, without codes. */
  readonly lines: readonly string[];
}

export class SmtpTalk {
  readonly connection: LineConnection;
  readonly greeting: SmtpReply;

  private constructor(connection: LineConnection, greeting: SmtpReply) {
    this.connection = connection;
    this.greeting = greeting;
  }

  static async open(port: number, options?: ConnectOptions): Promise<SmtpTalk> {
    const connection = await LineConnection.open(port, options);
    return new SmtpTalk(connection, await readReply(connection));
  }

  reply(): Promise<SmtpReply> {
    return readReply(this.connection);
  }

  /** Sends the line and reads the answer to it. */
  command(line: string): Promise<SmtpReply> {
    this.connection.send(Buffer.from(`${line}\r\n`));
    return this.reply();
  }

  /** The commands in one packet, the answers in order. */
  async pipeline(...lines: readonly string[]): Promise<readonly SmtpReply[]> {
    this.connection.send(Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
    const replies: SmtpReply[] = [];
    for (const _line of lines) replies.push(await this.reply());
    return replies;
  }

  /** The keywords that EHLO announces, in capitals, each with what stands after it. */
  async ehlo(name = 'client.test'): Promise<ReadonlyMap<string, string>> {
    const { lines } = await this.command(`EHLO ${name}`);
    return new Map(
      lines.slice(1).map((line) => {
        const [keyword = '', ...rest] = line.split(' ');
        return [keyword.toUpperCase(), rest.join(' ')];
      }),
    );
  }

  async startTls(): Promise<void> {
    const { code } = await this.command('STARTTLS');
    if (code !== 220) throw new Error(`STARTTLS was answered ${code}`);
    await this.connection.upgradeToTls();
  }

  authPlain(user: string, password: string): Promise<SmtpReply> {
    return this.command(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`);
  }

  /** MAIL, RCPT, DATA and the message, which gets its dots stuffed here; the answers to each. */
  async transaction(
    from: string,
    to: readonly string[],
    message: string | Uint8Array,
  ): Promise<readonly SmtpReply[]> {
    const replies = [await this.command(`MAIL FROM:<${from}>`)];
    for (const recipient of to) replies.push(await this.command(`RCPT TO:<${recipient}>`));
    const go = await this.command('DATA');
    replies.push(go);
    if (go.code !== 354) return replies;
    await this.connection.sendAll(stuffed(message)); // a large one may take longer than an answer may
    return [...replies, await this.reply()];
  }

  close(): void {
    this.connection.close();
  }
}

/** RFC 5321 section 4.5.2, with the final line; a message without a final line end gets one. */
function stuffed(message: string | Uint8Array): Buffer {
  const text = Buffer.from(message).toString('latin1');
  const isEnded = text === '' || text.endsWith('\r\n');
  return Buffer.from(`${text.replace(/(^|\r\n)\./g, '$1..')}${isEnded ? '' : '\r\n'}.\r\n`, 'latin1');
}

async function readReply(connection: LineConnection): Promise<SmtpReply> {
  const lines: string[] = [];
  for (;;) {
    const line = await connection.line();
    const [, code, mark, text = ''] = /^(\d{3})(?:([ -])(.*))?$/s.exec(line) ?? [];
    if (code === undefined) throw new Error(`no SMTP reply: ${JSON.stringify(line)}`);
    const [, enhanced, rest] = /^([245]\.\d{1,3}\.\d{1,3}) (.*)$/s.exec(text) ?? [];
    lines.push(rest ?? text);
    if (mark !== '-') return { code: Number(code), enhanced, lines };
  }
}
