// A client's connection for tests, line by line: what was sent exactly as given, what came exactly as it came. Every
// wait is bounded, and says when it fails what had come until then.
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { once } from 'node:events';

const PATIENCE_MS = 20_000;

export interface ConnectOptions {
  readonly host?: string;
  /** The TLS handshake comes first. */
  readonly isSecure?: boolean;
  /** How long it waits for anything. */
  readonly patienceMs?: number;
  /** Told of everything that comes, as it comes, decrypted. */
  readonly onOctets?: (octets: Buffer) => void;
}

export class LineConnection {
  readonly #patienceMs: number;
  readonly #onOctets: (octets: Buffer) => void;
  /** What TLS is spoken over, where it is. */
  readonly #tcp: Socket;
  #socket: Socket | TLSSocket;
  #received: Buffer = Buffer.alloc(0);
  #isEnded = false;
  #look: () => void = () => undefined;

  private constructor(
    tcp: Socket,
    socket: Socket | TLSSocket,
    { patienceMs = PATIENCE_MS, onOctets = () => undefined }: ConnectOptions,
  ) {
    this.#patienceMs = patienceMs;
    this.#onOctets = onOctets;
    this.#tcp = tcp;
    this.#socket = socket;
    this.#hear();
  }

  static async open(port: number, options: ConnectOptions = {}): Promise<LineConnection> {
    const { host = '127.0.0.1', isSecure = false, patienceMs = PATIENCE_MS } = options;
    const tcp = connect({ port, host, noDelay: true });
    const socket = isSecure ? connectTls({ socket: tcp, rejectUnauthorized: false }) : tcp;
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(patienceMs) });
    return new LineConnection(tcp, socket, options);
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Resolves when the system has taken all of it. */
  sendAll(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(bytes, () => resolve());
    });
  }

  /** The next line without its end, octets as latin1 characters. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf('\r\n');
      if (end >= 0) return this.#take(end + 2).toString('latin1', 0, end);
      await this.#more('a line');
    }
  }

  /** All that comes up to and with `end`. */
  async until(end: string): Promise<Buffer> {
    let from = 0;
    for (;;) {
      const at = this.#received.indexOf(end, from);
      if (at >= 0) return this.#take(at + end.length);
      from = Math.max(0, this.#received.length - end.length);
      await this.#more(JSON.stringify(end));
    }
  }

  /** Resolves when the other side has closed, with what was left to read. */
  async ended(): Promise<string> {
    while (!this.#isEnded) await this.#more('the end', true);
    return this.#received.toString('latin1');
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** What has come and was not read. */
  get pending(): string {
    return this.#received.toString('latin1');
  }

  async upgradeToTls(): Promise<void> {
    this.#socket.removeAllListeners();
    const secured = connectTls({ socket: this.#socket, rejectUnauthorized: false });
    await once(secured, 'secureConnect', { signal: AbortSignal.timeout(this.#patienceMs) });
    this.#socket = secured;
    this.#received = Buffer.alloc(0);
    this.#hear();
  }

  /** Says that nothing more comes, and still reads. */
  half(): void {
    this.#socket.end();
  }

  pause(): void {
    this.#socket.pause();
  }

  /** The next one, if it has come; nothing else is taken from the system but what fills a buffer or two. */
  takeOctet(): void {
    this.#socket.pause();
    this.#socket.read(1);
  }

  resume(): void {
    this.#socket.resume();
  }

  /** At once, with a TCP reset. */
  reset(): void {
    this.#tcp.resetAndDestroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#onOctets(chunk);
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#look();
    });
    const end = (): void => {
      this.#isEnded = true;
      this.#look();
    };
    this.#socket.on('end', end);
    this.#socket.on('close', end);
    this.#socket.on('error', end);
  }

  #take(count: number): Buffer {
    const taken = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return taken;
  }

  async #more(wanted: string, isEndFine = false): Promise<void> {
    if (this.#isEnded && !isEndFine) throw this.#disappointed(wanted, 'the connection ended');
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(this.#disappointed(wanted, `nothing came for ${this.#patienceMs / 1000} s`)),
        this.#patienceMs,
      );
      this.#look = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #disappointed(wanted: string, why: string): Error {
    const shown = JSON.stringify(this.#received.toString('latin1').slice(-500));
    return new Error(`waited for ${wanted}, but ${why}; unread: ${shown}`);
  }
}
