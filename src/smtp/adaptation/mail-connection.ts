// A session and its socket: steps become octets on the wire. The package's connection underneath knows how a socket ends
// and how it becomes a TLS socket; everything it would say or do by itself is answered here.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Cancel } from '../../base/clock.js';
import { replyText, signed, type Reply } from '../reply/reply.js';
import type { Session } from '../session/session.js';
import type { Step } from '../session/step.js';
import type { SmtpParts } from '../smtp-parts.js';
import { MailStream, type LineEnd, type StreamReader } from './mail-stream.js';
import { PackageConnection, type PackageServer } from './smtp-server.js';

const EARLY: Reply = { code: 554, status: '5.5.1', text: 'You talked before the greeting' };
const TIMED_OUT: Reply = { code: 421, status: '4.4.2', text: 'You were silent too long' };
const CLOSING: Reply = { code: 421, status: '4.3.2', text: 'The server is closing down' };

/** Answers gathered before they are written, though more lines are at hand. */
const OUTPUT_CHARACTERS = 16 * 1024;

/** Recipients looked up at the same time for one client. */
const LOOK_UPS = 32;
const RCPT = 'RCPT';

/** The package would ask the system for it with every connection, and nobody here wants to know. */
const NOT_ASKED = 'not asked';

/** As for those who come with TLS at once; any octet would prolong the time allowed for silence. */
const HANDSHAKE_MS = 10_000;

export interface MailConnectionOptions {
  readonly server: PackageServer;
  readonly socket: Socket | TLSSocket;
  readonly session: Session;
  readonly parts: SmtpParts;
  readonly id: string;
  readonly onEnd: (connection: MailConnection) => void;
}

export class MailConnection extends PackageConnection implements StreamReader {
  readonly #server: PackageServer;
  readonly #session: Session;
  readonly #parts: SmtpParts;
  readonly #onEnd: (connection: MailConnection) => void;
  #output = '';
  #isGreeted = false;
  #hasEnded = false;
  #cancelGreeting: Cancel | undefined;
  #lineSinceMs: number | undefined;
  #lookUps = 0;
  #answered: Promise<void> | undefined;
  #cancelHandshake: Cancel | undefined;
  /** Those who heard of the socket's end before it was ours. */
  readonly #othersOnClose: readonly (() => void)[];

  constructor({ server, socket, session, parts, id, onEnd }: MailConnectionOptions) {
    super(server, socket, { id, localAddress: NOT_ASKED });
    this.#othersOnClose = socket.listeners('close').map((hear) => () => void hear.call(socket));
    this.#server = server;
    this.#session = session;
    this.#parts = parts;
    this.#onEnd = onEnd;
    this.secure = socket instanceof TLSSocket;
    this._resetSession(); // the package looks at it when a connection breaks or becomes a TLS one
  }

  /** No wait and no look-up of names before the greeting, unless the operator wants whoever talks early kept off. */
  override init(): void {
    this._setListeners(() => undefined);
    const delayMs = this.#parts.settings().greetingDelayMs;
    if (delayMs === 0) this.#greet();
    else this.#cancelGreeting = this.#parts.timers.after(delayMs, () => this.#greet());
  }

  #greet(): void {
    this.#isGreeted = true;
    this.#write(this.#session.greeting);
    this.#flush();
  }

  override _createParser(): MailStream {
    const stream = new MailStream(this);
    stream.on('error', (error) => {
      this.#parts.log.write('smtp.bug', { client: this.remoteAddress, error }); // every step has an answer
      this._socket.destroy();
    });
    return stream;
  }

  // --- what the stream brings ---------------------------------------------------------------------------------------

  line(line: Buffer, end: LineEnd): Promise<void> | undefined {
    this.#lineSinceMs = undefined;
    if (!this.#isGreeted) return this.#perform({ reply: EARLY, next: { kind: 'close' } });
    const step = this.#session.line(line, end);
    if (this.#lookUps > 0 || (step instanceof Promise && isRcpt(line) && this.#isRcptNext()))
      return this.#inOrder(step);
    return step instanceof Promise ? step.then((settled) => this.#perform(settled)) : this.#perform(step);
  }

  /**
   * Pipelined recipients are looked up side by side, and answered in the order in which they came (RFC 2920 section
   * 3.2): a thousand of them take a ring a few round trips instead of a thousand.
   */
  #inOrder(step: Step | Promise<Step>): Promise<void> | undefined {
    const earlier = this.#answered;
    this.#lookUps += 1;
    this.#answered = (async () => {
      const settled = await step;
      await earlier;
      await this.#perform(settled);
    })();
    if (this.#lookUps < LOOK_UPS && this.#isRcptNext()) {
      this.#answered.catch(() => undefined); // whoever waits for the last of them hears of it
      return undefined;
    }
    return this.#allAnswered(this.#answered);
  }

  async #allAnswered(last: Promise<void>): Promise<void> {
    await last;
    this.#lookUps = 0;
    this.#answered = undefined;
  }

  #isRcptNext(): boolean {
    return this.#parser?.nextLineBegins(RCPT) === true && this.#session.mayLookAhead;
  }

  octets(octets: Buffer): Promise<void> | undefined {
    const room = this.#session.content.take(octets);
    const trouble = this.#session.content.trouble();
    return trouble === undefined ? room : this.#perform(trouble);
  }

  async ended(): Promise<void> {
    if (this._closing || this._closed) return; // it was sent away with the last octets, and told that nobody has it
    await this.#perform(await this.#session.contentEnded());
    if (this.#session.isDue) this.#sayClosing();
  }

  /** A client that types one octet now and then is no less silent than one that says nothing. */
  halfLine(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#lineSinceMs ??= nowMs;
    if (nowMs - this.#lineSinceMs > this.#parts.settings().idleMs) this._onTimeout();
  }

  pause(): void {
    if (this.#output === '') return;
    if (this.#parser?.isBusy === true) setImmediate(() => this.#flush());
    else this.#flush();
  }

  // --- what the session wants ---------------------------------------------------------------------------------------

  #perform({ reply, next }: Step): Promise<void> | undefined {
    if (this._closing || this._closed) return undefined;
    if (reply !== undefined) this.#write(reply);
    switch (next.kind) {
      case 'command':
        break;
      case 'data':
        this.#parser?.expectData();
        break;
      case 'chunk':
        return this.#expectChunk(next.octets);
      case 'start-tls':
        this.#startTls();
        break;
      case 'close':
        this.#close(reply);
        break;
    }
    return this.#drained();
  }

  /**
   * Who said QUIT, and nothing after it, has nothing more to say: the system sends what it has of the answer before the
   * end of the connection, and nobody has to wait for the client's own end. (Octets that came and were not read would make
   * a reset of it, which may cost the client the answer.)
   */
  #close(reply: Reply | undefined): void {
    const isFarewell = reply?.code === 221 && !this.secure && this.#parser?.isLastLine === true;
    this.#flush();
    if (isFarewell && this._socket.writableLength === 0) {
      this._closing = true;
      this.destroy();
    } else {
      this.close();
    }
  }

  #expectChunk(octets: number): Promise<void> | undefined {
    if (octets === 0) return this.ended();
    this.#parser?.expectChunk(octets);
    return undefined;
  }

  /** The package takes everybody's listeners from the socket; who counts connections must hear of its end all the same. */
  #startTls(): void {
    const raw = this._socket;
    this.#flush();
    this.#server.prepareHandshake();
    this.#cancelHandshake = this.#parts.timers.after(HANDSHAKE_MS, () => raw.destroy());
    this.upgrade(
      () => undefined,
      () => {
        this.#cancelHandshake?.();
        if (this._socket instanceof TLSSocket) this.#session.startedTls(encryptionText(this._socket));
      },
    );
    for (const hear of this.#othersOnClose) raw.once('close', hear);
  }

  /** A client that reads no answers gets no more of them until it does. */
  #drained(): Promise<void> | undefined {
    if (this.#output.length > OUTPUT_CHARACTERS) this.#flush();
    const socket = this._socket;
    if (!socket.writableNeedDrain || socket.destroyed) return undefined;
    return new Promise((resolve) => {
      const go = (): void => {
        socket.off('drain', go);
        socket.off('close', go);
        resolve();
      };
      socket.on('drain', go);
      socket.on('close', go);
    });
  }

  #write(reply: Reply): void {
    this.#output += replyText(signed(reply, this.#parts.settings().hostname));
  }

  #flush(): void {
    const output = this.#output;
    this.#output = '';
    // while a handshake runs the raw socket belongs to TLS alone
    if (output === '' || this._upgrading || this._socket.destroyed || !this._socket.writable) return;
    this._socket.write(output, 'latin1');
  }

  get #parser(): MailStream | undefined {
    return this._parser instanceof MailStream ? this._parser : undefined;
  }

  // --- the end ------------------------------------------------------------------------------------------------------

  /** The node goes down: at once when nothing is under way, else after the message. */
  drain(): void {
    this.#session.drain();
    if (this.#session.isDue && this.#parser?.isBusy !== true) this.#sayClosing();
  }

  #sayClosing(): void {
    if (this._closing || this._closed) return;
    this.#write(CLOSING);
    this.close();
  }

  destroy(): void {
    this._socket.destroy();
  }

  override close(): void {
    this.#cancelGreeting?.();
    this.#flush();
    super.close();
  }

  override _armTimeout(socket: Socket = this._socket): void {
    socket.setTimeout(this.#parts.settings().idleMs, () => this._onTimeout());
  }

  override _onTimeout(): void {
    if (this._closing) {
      this._socket.destroy();
    } else if (this.#parser?.isBusy === true && !this._socket.writableNeedDrain) {
      this._armTimeout(); // it is the client that waits
    } else {
      this.#write(TIMED_OUT);
      this.close();
    }
  }

  override _onError(error: Error): void {
    this.#parts.log.write('smtp.connection-broken', { client: this.remoteAddress, error });
    this.close();
  }

  override _onClose(): void {
    super._onClose();
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancelGreeting?.();
    this.#cancelHandshake?.();
    this.#session.end();
    this.#onEnd(this);
  }
}

function isRcpt(line: Buffer): boolean {
  return line.toString('latin1', 0, RCPT.length).toUpperCase() === RCPT;
}

/** For the comment in Received. */
export function encryptionText(socket: TLSSocket): string {
  return `${socket.getProtocol() ?? 'TLS'} ${socket.getCipher().standardName}`;
}
