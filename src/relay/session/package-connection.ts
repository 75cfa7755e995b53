// The one file that knows the SMTP client's package. What we take from it: the life of a connection from the greeting to
// the end of AUTH (EHLO or HELO, STARTTLS with everything said before it forgotten), the gathering of replies, and the
// orderly end. Transactions are ours (`transaction.ts`): they need each recipient's own parameters and reply, a time limit
// for each step, and a word before the final dot. The fields named here are the package's own and not announced;
// test/unit/relay/session/package-connection.test.ts fails where a new version has others.
import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

type ReplyAction = (text: string) => void;

/** What the package says of an error, beside its message. */
export interface PackageError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
}

export interface PackageOptions {
  /** Connected already: who is called, and from which address, is decided elsewhere. */
  readonly socket: Socket;
  /** The name to ask for in TLS (SNI) and to find in the certificate; undefined for an address. */
  readonly serverName: string | undefined;
  readonly ourName: string;
  readonly tls: 'never' | 'if-offered' | 'always';
  readonly isCertificateChecked: boolean;
  /** Of the steps up to the first MAIL, each. */
  readonly stepMs: number;
  readonly longestReplyOctets: number;
}

/** Longer than any step of ours takes: what is too slow is ended by whoever waits for it, who knows what it was. */
const NEVER_FIRST = 10;

export class PackageConnection extends SMTPConnection {
  declare _responseActions: ReplyAction[];
  declare _responseQueue: string[];
  declare _remainder: string;
  declare _supportedExtensions: string[];
  declare _maxAllowedSize: number;
  declare _sendCommand: (line: string) => void;

  constructor({
    socket,
    serverName,
    ourName,
    tls,
    isCertificateChecked,
    stepMs,
    longestReplyOctets,
  }: PackageOptions) {
    super({
      connection: socket,
      host: serverName ?? socket.remoteAddress ?? 'nowhere',
      name: ourName,
      secure: false,
      ignoreTLS: tls === 'never',
      requireTLS: tls === 'always',
      opportunisticTLS: tls === 'if-offered',
      tls: {
        rejectUnauthorized: isCertificateChecked,
        minVersion: isCertificateChecked ? 'TLSv1.2' : 'TLSv1', // what is better than nothing where nothing is asked for
        ...(serverName === undefined ? {} : { servername: serverName }),
      },
      connectionTimeout: NEVER_FIRST * stepMs,
      greetingTimeout: stepMs,
      socketTimeout: NEVER_FIRST * stepMs,
      maxResponseSize: longestReplyOctets,
      logger: false,
    });
  }

  /** The one that is spoken over: that of TLS once there is one. */
  get socket(): Socket {
    const { _socket: socket } = this;
    if (!socket) throw new TypeError('the package has no socket');
    return socket;
  }

  /** In upper case. */
  get extensions(): ReadonlySet<string> {
    return new Set(this._supportedExtensions);
  }

  /** What SIZE announced; 0: nothing. */
  get sizeLimitOctets(): number {
    return this._maxAllowedSize;
  }

  /** Something came that nobody waits for: from here on no reply can be told from another. */
  get hasUnaskedReplies(): boolean {
    return this._responseQueue.length > 0 || this._remainder !== '';
  }

  /** The next reply that nobody waits for yet goes to `action`. */
  expect(action: ReplyAction): void {
    this._responseActions.push(action);
  }

  command(line: string): void {
    this._sendCommand(line);
  }

  /** At once, and whatever was not sent is not sent any more. */
  cut(): void {
    const { _socket: socket } = this;
    this.close();
    if (socket) socket.destroy();
  }
}
