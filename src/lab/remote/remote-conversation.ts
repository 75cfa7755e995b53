// One connection to a remote host of tests: cuts what comes into commands and messages, asks the script what to do at each
// moment, and does what a good host would where it says nothing. All replies to what one read brought go out together.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { ContentEnd } from './content-end.js';
import type { RemoteLedger } from './remote-message.js';
import { reply, type Act, type Moment, type Point } from './remote-script.js';

/** What a conversation needs of its host. */
export interface ConversationHost {
  readonly name: string;
  readonly ledger: RemoteLedger;
  readonly options: {
    readonly extensions?: readonly string[];
    readonly tls?: ConstructorParameters<typeof TLSSocket>[1];
    readonly login?: { readonly user: string; readonly password: string };
  };
  actsAt(moment: Omit<Moment, 'count'>): readonly Act[] | undefined;
}

interface Message {
  readonly end: ContentEnd;
  readonly pieces: Buffer[];
  octets: number;
}

const NOTHING: Buffer = Buffer.alloc(0);
const LF = 0x0a;
const KNOWN: ReadonlySet<string> = new Set<Point>([
  'EHLO',
  'HELO',
  'STARTTLS',
  'AUTH',
  'MAIL',
  'RCPT',
  'DATA',
  'RSET',
  'NOOP',
  'QUIT',
]);
const FLOOD_OCTETS = 65_536;
const EXTENSIONS: readonly string[] = [
  'PIPELINING',
  'SIZE 104857600',
  '8BITMIME',
  'SMTPUTF8',
  'DSN',
  'ENHANCEDSTATUSCODES',
];

export class RemoteConversation {
  readonly #host: ConversationHost;
  readonly #number: number;
  #socket: Socket;
  #input: Buffer = NOTHING;
  #output = '';
  #message: Message | undefined;
  /** Each line goes here instead of being read as a command: a step of AUTH. */
  #nextLine: ((line: string) => void) | undefined;
  /** Of the transaction under way. */
  #mail: string | undefined;
  #recipients: string[] = [];
  #transaction = 0;
  #isBusy = false;
  #isOver = false;

  constructor(host: ConversationHost, socket: Socket, number: number) {
    this.#host = host;
    this.#socket = socket;
    this.#number = number;
  }

  begin(): void {
    this.#hear(this.#socket);
    void this.#greet();
  }

  async #greet(): Promise<void> {
    this.#isBusy = true;
    await this.#reach('connect', '', () => this.#say(`220 ${this.#host.name} ESMTP`));
    await this.#work();
  }

  #hear(socket: Socket): void {
    socket.on('error', () => undefined);
    socket.on('close', () => (this.#isOver = true));
    socket.on('data', (chunk: Buffer) => {
      this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
      if (!this.#isBusy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#input.length > 0 && !this.#isOver) {
      const step = this.#message === undefined ? this.#takeLine() : this.#takeContent(this.#message);
      if (step === 'more') break;
      if (step !== undefined) await step;
    }
    this.#flush();
    this.#isBusy = false;
  }

  #takeLine(): Promise<void> | 'more' | undefined {
    const end = this.#input.indexOf(LF);
    if (end < 0) return 'more';
    const line = this.#input.toString('utf8', 0, end).replace(/\r$/, '');
    this.#input = this.#input.subarray(end + 1);
    const next = this.#nextLine;
    if (next !== undefined) {
      this.#nextLine = undefined;
      next(line);
      return undefined;
    }
    const space = line.indexOf(' ');
    const verb = (space < 0 ? line : line.slice(0, space)).toUpperCase();
    const argument = space < 0 ? '' : line.slice(space + 1);
    const point = KNOWN.has(verb) ? (verb as Point) : 'other';
    if (point === 'MAIL') this.#transaction += 1;
    if (point === 'MAIL' || point === 'RSET') this.#forget();
    return this.#reach(point, argument, () => this.#obey(point, argument));
  }

  #takeContent(message: Message): Promise<void> | undefined {
    const piece = this.#input;
    const found = message.end.find(piece);
    this.#input = found === undefined ? NOTHING : piece.subarray(found.nextAt);
    if (this.#host.ledger.keepsMessages) message.pieces.push(piece);
    message.octets += found?.contentOctets ?? piece.length;
    const arrival = this.#reach('content', '', () => undefined);
    if (found === undefined) return arrival;
    return arrival === undefined ? this.#finish(message) : arrival.then(() => this.#finish(message));
  }

  #finish(message: Message): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    const done = this.#reach('dot', '', () => this.#accept(message));
    const forget = (): void => {
      this.#message = undefined;
      this.#forget();
    };
    if (done !== undefined) return done.then(forget);
    forget();
    return undefined;
  }

  /** Does what the script says, else what a good host does; at once where nothing has to be waited for. */
  #reach(point: Point, argument: string, behave: () => void): Promise<void> | undefined {
    const acts = this.#host.actsAt({
      point,
      argument,
      connection: this.#number,
      transaction: this.#transaction,
      contentOctets: this.#message?.octets ?? 0,
      isSecure: this.#socket instanceof TLSSocket,
    });
    if (acts !== undefined) return this.#perform(acts, behave);
    behave();
    return undefined;
  }

  async #perform(acts: readonly Act[], behave: () => void): Promise<void> {
    const message = this.#message;
    for (const act of acts) {
      if (this.#isOver) return;
      if ('say' in act) this.#output += act.say;
      else if ('waitMs' in act) await this.#wait(act.waitMs);
      else if ('flood' in act) await this.#flood(act.flood, act.lines);
      else if (act.act === 'behave') behave();
      else if (act.act === 'take' && message !== undefined) this.#enter(message);
      else if (act.act === 'hang') return this.#hang();
      else this.#end(act.act === 'reset');
    }
  }

  async #wait(ms: number): Promise<void> {
    this.#flush();
    await pause(ms);
  }

  async #flood(line: string, lines: number): Promise<void> {
    this.#flush();
    const text = `${line}\r\n`;
    const perWrite = Math.max(1, Math.floor(FLOOD_OCTETS / text.length));
    for (let left = lines; left > 0 && !this.#isOver; left -= perWrite) {
      if (this.#socket.write(text.repeat(Math.min(left, perWrite)))) continue;
      await Promise.race([once(this.#socket, 'drain'), once(this.#socket, 'close')]).catch(() => undefined);
    }
  }

  /** For ever, or until the client has gone. */
  #hang(): Promise<void> {
    this.#flush();
    this.#socket.pause();
    return new Promise(() => undefined);
  }

  #end(isReset: boolean): void {
    this.#isOver = true;
    if (isReset) {
      this.#socket.resetAndDestroy();
    } else {
      this.#flush();
      this.#socket.end();
    }
  }

  #obey(point: string, argument: string): void {
    switch (point) {
      case 'EHLO':
        this.#output += this.#greeting();
        return;
      case 'MAIL':
        this.#mail = argument;
        return this.#say('250 2.1.0 Ok');
      case 'RCPT':
        return this.#addRecipient(argument);
      case 'DATA':
        return this.#beginContent();
      case 'AUTH':
        return this.#authenticate(argument);
      case 'STARTTLS':
        return this.#secure();
      case 'QUIT':
        this.#say('221 2.0.0 Bye');
        return this.#end(false);
      case 'other':
        return this.#say('500 5.5.2 Unknown command');
      default:
        return this.#say('250 2.0.0 Ok');
    }
  }

  #greeting(): string {
    const { options, name } = this.#host;
    const isSecure = this.#socket instanceof TLSSocket;
    const lines = [
      name,
      ...(options.extensions ?? EXTENSIONS),
      ...(options.tls === undefined || isSecure ? [] : ['STARTTLS']),
      ...(options.login === undefined ? [] : ['AUTH PLAIN LOGIN']),
    ];
    const act = reply('250', ...lines);
    return 'say' in act ? act.say : '';
  }

  #addRecipient(argument: string): void {
    if (this.#mail === undefined) return this.#say('503 5.5.1 MAIL first');
    this.#recipients.push(argument);
    return this.#say('250 2.1.5 Ok');
  }

  #forget(): void {
    this.#mail = undefined;
    this.#recipients = [];
  }

  #beginContent(): void {
    if (this.#recipients.length === 0) return this.#say('554 5.5.1 No valid recipients');
    this.#message = { end: new ContentEnd(), pieces: [], octets: 0 };
    return this.#say('354 End with a dot');
  }

  #accept(message: Message): void {
    this.#enter(message);
    this.#say('250 2.0.0 Taken');
  }

  #enter(message: Message): void {
    this.#host.ledger.enter({
      host: this.#host.name,
      connection: this.#number,
      isSecure: this.#socket instanceof TLSSocket,
      mail: this.#mail ?? '',
      recipients: this.#recipients,
      wire: this.#host.ledger.keepsMessages
        ? Buffer.from(Buffer.concat(message.pieces).subarray(0, message.octets))
        : NOTHING,
      sizeBytes: message.octets,
    });
  }

  #authenticate(argument: string): void {
    const [mechanism, initial] = argument.split(' ');
    if (mechanism?.toUpperCase() === 'PLAIN') {
      const check = (text: string): void => {
        const [, user, password] = Buffer.from(text, 'base64').toString().split('\0');
        this.#admit(user, password);
      };
      return initial === undefined ? this.#ask('', check) : check(initial);
    }
    return this.#ask('VXNlcm5hbWU6', (user) =>
      this.#ask('UGFzc3dvcmQ6', (password) =>
        this.#admit(Buffer.from(user, 'base64').toString(), Buffer.from(password, 'base64').toString()),
      ),
    );
  }

  #ask(challenge: string, next: (line: string) => void): void {
    this.#say(`334 ${challenge}`);
    this.#nextLine = next;
  }

  #admit(user: string | undefined, password: string | undefined): void {
    const { login } = this.#host.options;
    const isRight = login !== undefined && user === login.user && password === login.password;
    this.#say(isRight ? '235 2.7.0 Welcome' : '535 5.7.8 Wrong user or password');
  }

  #secure(): void {
    const { tls } = this.#host.options;
    if (tls === undefined) return this.#say('502 5.5.1 Not here');
    this.#say('220 2.0.0 Go ahead');
    this.#flush();
    this.#socket.removeAllListeners('data');
    this.#input = NOTHING;
    const secured = new TLSSocket(this.#socket, { ...tls, isServer: true });
    secured.on('_tlsError', () => secured.destroy());
    this.#socket = secured;
    this.#hear(secured);
  }

  #say(line: string): void {
    this.#output += `${line}\r\n`;
  }

  #flush(): void {
    if (this.#output === '' || this.#socket.destroyed) return;
    this.#socket.write(this.#output);
    this.#output = '';
  }
}
