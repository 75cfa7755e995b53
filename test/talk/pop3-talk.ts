// A conversation with a POP3 server, as tests hold it.
import { LineConnection, type ConnectOptions } from './line-connection.js';

export interface Pop3Reply {
  readonly isOk: boolean;
  /** RFC 2449 section 8: `IN-USE`, `SYS/TEMP` … */
  readonly code: string | undefined;
  /** After the status and the code. */
  readonly text: string;
}

export interface Pop3Listing extends Pop3Reply {
  /** Lines without their ends, dots un-stuffed; empty after -ERR. */
  readonly lines: readonly string[];
}

export class Pop3Talk {
  readonly connection: LineConnection;
  readonly greeting: Pop3Reply;

  private constructor(connection: LineConnection, greeting: Pop3Reply) {
    this.connection = connection;
    this.greeting = greeting;
  }

  static async open(port: number, options?: ConnectOptions): Promise<Pop3Talk> {
    const connection = await LineConnection.open(port, options);
    return new Pop3Talk(connection, parsed(await connection.line()));
  }

  async reply(): Promise<Pop3Reply> {
    return parsed(await this.connection.line());
  }

  /** For commands that are answered with one line. */
  command(line: string): Promise<Pop3Reply> {
    this.connection.send(Buffer.from(`${line}\r\n`));
    return this.reply();
  }

  /** For commands that are answered with several lines. */
  async listing(line: string): Promise<Pop3Listing> {
    const { content, ...reply } = await this.content(line);
    const lines = content.length === 0 ? [] : content.toString('latin1').replace(/\r\n$/, '').split('\r\n');
    return { ...reply, lines };
  }

  /** The same, octet by octet: RETR gives the message as it is. */
  async content(line: string): Promise<Pop3Reply & { readonly content: Buffer }> {
    const reply = await this.command(line);
    return { ...reply, content: reply.isOk ? await this.body() : Buffer.alloc(0) };
  }

  /** What follows a +OK up to the final dot, dots un-stuffed. */
  async body(): Promise<Buffer> {
    const raw = (await this.#upToFinalDot()).toString('latin1');
    return Buffer.from(raw.replace(/(^|\r\n)\./g, '$1'), 'latin1');
  }

  async login(user: string, password: string): Promise<Pop3Reply> {
    const { isOk, ...reply } = await this.command(`USER ${user}`);
    return isOk ? this.command(`PASS ${password}`) : { isOk, ...reply };
  }

  async startTls(): Promise<void> {
    const { isOk, text } = await this.command('STLS');
    if (!isOk) throw new Error(`STLS was refused: ${text}`);
    await this.connection.upgradeToTls();
  }

  close(): void {
    this.connection.close();
  }

  async #upToFinalDot(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (;;) {
      const line = await this.connection.until('\r\n');
      if (line.length === 3 && line[0] === 0x2e) return Buffer.concat(parts);
      parts.push(line);
    }
  }
}

function parsed(line: string): Pop3Reply {
  const [, status, code, text] = /^(\+OK|-ERR)(?: \[([^\]]+)\])?(?: (.*))?$/s.exec(line) ?? [];
  if (status === undefined) throw new Error(`no POP3 reply: ${JSON.stringify(line)}`);
  return { isOk: status === '+OK', code, text: text ?? '' };
}
