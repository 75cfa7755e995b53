// A node that serves mail, started as an operator starts it, on ports that the machine chose; and what tests do with one:
// add users, send to them, fetch from them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeProcess, type Runtime } from './e2e/node-process.js';
import type { ConnectOptions } from './talk/line-connection.js';
import { Pop3Talk } from './talk/pop3-talk.js';
import { SmtpTalk } from './talk/smtp-talk.js';

export interface MailNodeOptions extends Runtime {
  /** Its data folder: the store, the token, the certificate. */
  readonly data: string;
  /** Further `KEY=VALUE`, which win. */
  readonly set?: readonly string[];
  /** Its configuration; `domains` is to be in it then. */
  readonly file?: string;
  /** How long its clients wait for an answer, where it may take long. */
  readonly patienceMs?: number;
}

export interface TestUser {
  readonly address: string;
  readonly password: string;
}

const SETTINGS: readonly string[] = [
  'hostname=mx.example.com',
  'workers=1',
  // all tests come from one address
  'limits.connectionsPerIp=2000',
  'limits.loginFailureDelay=1ms',
  'limits.loginFailuresPerIp=1000',
];
const DOMAINS = 'domains=["example.com"]';
const PASSWORD = 'correct horse';

export class MailNode {
  readonly process: NodeProcess;
  readonly #data: string;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #connect: ConnectOptions;
  #users = 0;

  private constructor(
    process: NodeProcess,
    { data, patienceMs }: MailNodeOptions,
    ports: ReadonlyMap<string, number>,
  ) {
    this.process = process;
    this.#data = data;
    this.#connect = patienceMs === undefined ? {} : { patienceMs };
    this.#ports = ports;
  }

  /** Resolves when it serves on all its ports. */
  static async start(options: MailNodeOptions): Promise<MailNode> {
    const { data, set = [], file } = options;
    const settings = [`data=${data}`, ...SETTINGS, ...(file === undefined ? [DOMAINS] : []), ...set];
    const words = settings.flatMap((setting) => ['--set', setting]);
    const node = new NodeProcess(file === undefined ? words : ['-c', file, ...words], options);
    try {
      await node.line('node.started');
    } catch (error) {
      await node.stop('SIGKILL');
      throw error;
    }
    const ports = node.lines
      .filter(({ event }) => event === 'node.listening')
      .map(({ key, port }) => [String(key), Number(port)] as const);
    return new MailNode(node, options, new Map(ports));
  }

  /** By its key in the configuration: `smtp.listen`. */
  port(key: string): number {
    const port = this.#ports.get(key);
    if (port === undefined)
      throw new Error(`nothing listens for ${key}: ${[...this.#ports.keys()].join(', ')}`);
    return port;
  }

  /** The one it made for itself, in a file. */
  get certificate(): string {
    return join(this.#data, 'tls/self-signed/cert.pem');
  }

  smtp(): Promise<SmtpTalk> {
    return SmtpTalk.open(this.port('smtp.listen'), this.#connect);
  }

  /** Not encrypted yet. */
  submission(): Promise<SmtpTalk> {
    return SmtpTalk.open(this.port('submission.listen'), this.#connect);
  }

  submissions(): Promise<SmtpTalk> {
    return SmtpTalk.open(this.port('submission.implicitTls'), { ...this.#connect, isSecure: true });
  }

  /** Not encrypted yet. */
  pop3(): Promise<Pop3Talk> {
    return Pop3Talk.open(this.port('pop3.listen'), this.#connect);
  }

  pop3s(): Promise<Pop3Talk> {
    return Pop3Talk.open(this.port('pop3.implicitTls'), { ...this.#connect, isSecure: true });
  }

  /** Calls the HTTP interface as an operator; throws unless it answers 2xx. */
  async api(method: string, path: string, body?: object): Promise<unknown> {
    const token = readFileSync(join(this.#data, 'admin.token'), 'utf8').trim();
    const response = await fetch(`http://127.0.0.1:${this.port('admin.listen')}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Somebody nobody else knows of. */
  async newUser(): Promise<TestUser> {
    this.#users += 1;
    const address = `user${this.#users}-${process.pid}-${Date.now().toString(36)}@example.com`;
    await this.api('POST', '/users', { address, password: PASSWORD });
    return { address, password: PASSWORD };
  }

  /** Takes a message in by SMTP; throws unless it is accepted. */
  async send(
    to: string | readonly string[],
    message: string | Uint8Array,
    from = 'sender@remote.test',
  ): Promise<void> {
    const talk = await this.smtp();
    try {
      await talk.ehlo();
      const replies = await talk.transaction(from, [to].flat(), message);
      const refused = replies.find(({ code }) => code >= 400);
      if (refused !== undefined) throw new Error(`refused: ${refused.code} ${refused.lines.join(' ')}`);
      await talk.command('QUIT');
    } finally {
      talk.close();
    }
  }

  /** Logs in over TLS, to a mailbox other than the inbox if one is named. */
  async login({ address, password }: TestUser, mailbox?: string): Promise<Pop3Talk> {
    const talk = await this.pop3s();
    const { isOk, text } = await talk.login(
      mailbox === undefined ? address : `${address}|${mailbox}`,
      password,
    );
    if (!isOk) throw new Error(`the login was refused: ${text}`);
    return talk;
  }

  /** All messages of a mailbox, as RETR gives them. */
  fetch(user: TestUser, mailbox?: string): Promise<readonly Buffer[]> {
    return this.#retrieve(user, { mailbox, isKept: true });
  }

  /** The same, and the mailbox is empty then. */
  takeAll(user: TestUser, mailbox?: string): Promise<readonly Buffer[]> {
    return this.#retrieve(user, { mailbox, isKept: false });
  }

  async #retrieve(
    user: TestUser,
    { mailbox, isKept }: { readonly mailbox: string | undefined; readonly isKept: boolean },
  ): Promise<readonly Buffer[]> {
    const talk = await this.login(user, mailbox);
    try {
      const { lines } = await talk.listing('LIST');
      const numbers = lines.map((line) => line.split(' ')[0]);
      const messages: Buffer[] = [];
      for (const number of numbers) {
        const { isOk, content, text } = await talk.content(`RETR ${number}`);
        if (!isOk) throw new Error(`RETR ${number} was refused: ${text}`);
        messages.push(content);
      }
      if (!isKept) for (const number of numbers) await talk.command(`DELE ${number}`);
      const { isOk, text } = await talk.command('QUIT');
      if (!isOk) throw new Error(`QUIT was refused: ${text}`);
      return messages;
    } finally {
      talk.close();
    }
  }

  /** As a load balancer sees it. */
  async isReady(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.port('admin.listen')}/readyz`)).ok;
  }

  stop(signal?: NodeJS.Signals): Promise<number | null> {
    return this.process.stop(signal);
  }
}
