// The one file that knows the SMTP server's package. What we take from it: the life of a connection (its events, its
// orderly end, time-outs), the change to TLS with everything said before it forgotten, and the register of connections.
// What we bring ourselves: the reading of lines and messages, the session behind them, and the sockets.
import { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import type { SecureContext } from 'node:tls';
import type { ServerTls } from '../smtp-parts.js';

/** Never listens: `net` accepts, and hands us sockets that are ready to talk. */
export class PackageServer extends SMTPServer {
  readonly #tls: ServerTls | undefined;

  constructor(tls: ServerTls | undefined) {
    // `logger: false` also keeps it from warning about its built-in key, which is never used; without a name it would
    // ask the system for one with every connection
    super({ logger: false, disableReverseLookup: true, authOptional: true, name: 'unused' });
    this.#tls = tls;
    this.on('error', () => undefined); // an error without a listener would end the process
  }

  /** Called by the package's constructor too: its built-in key must not come near a socket. */
  override updateSecureContext(): void {
    this.secureContext = new Map();
  }

  /** The newest certificate, for the next handshake. */
  prepareHandshake(): void {
    if (this.#tls !== undefined) this.secureContext.set('*', this.#tls.secureContext(undefined));
  }

  override _resolveSNI(
    serverName: string,
    done: (error: Error | null, context?: SecureContext) => void,
  ): void {
    done(null, this.#tls?.secureContext(serverName));
  }
}

/** As it comes; `MailConnection` says what is different. */
export class PackageConnection extends SMTPConnection {}

/** The package runs what stands without a line end when the client is gone; a half command is none. */
export class PackageStream extends SMTPStream {
  override _flushData(): void {
    this._remainder = '';
  }
}
