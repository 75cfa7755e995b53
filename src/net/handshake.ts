// TLS on a connection that a client has opened, as its server: at once, or after STARTTLS or STLS. The handshake has a
// time limit, however slowly it goes on; one that fails takes the connection with it.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Timers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import type { Metrics } from '../base/metrics.js';
import type { ServerTls } from './tls-keys.js';

export interface HandshakeParts {
  readonly tls: ServerTls;
  readonly timers: Timers;
  readonly metrics: Pick<Metrics, 'count'>;
}

export interface HandshakeOptions {
  /** As in the metrics. */
  readonly protocol: string;
  readonly timeoutMs: number;
}

/** Takes what the socket has already read for the beginning of the handshake. Fails with *tls-handshake-failed*. */
export async function handshake(
  socket: Socket,
  { protocol, timeoutMs }: HandshakeOptions,
  { tls, timers, metrics }: HandshakeParts,
): Promise<TLSSocket> {
  try {
    const secured = await secure(new TLSSocket(socket, tls.serverOptions()), timeoutMs, timers);
    metrics.count('cassmail_tls_handshakes_total', { protocol, outcome: 'ok' });
    return secured;
  } catch (error) {
    metrics.count('cassmail_tls_handshakes_total', { protocol, outcome: 'failed' });
    throw error;
  }
}

/**
 * After STLS or STARTTLS. Call it in the same turn in which the go-ahead is written: whatever the client has sent before
 * it could read that is thrown away, since anybody on the way may have put it there (RFC 2595 section 4, RFC 3207
 * section 6). What arrives later is taken for TLS, which it has to be.
 */
export function upgradeToTls(
  socket: Socket,
  options: HandshakeOptions,
  parts: HandshakeParts,
): Promise<TLSSocket> {
  socket.unpipe();
  socket.removeAllListeners('data');
  socket.removeAllListeners('readable');
  while (socket.read() !== null);
  return handshake(socket, options, parts);
}

function secure(secured: TLSSocket, timeoutMs: number, timers: Timers): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const fail = (says: string, cause?: unknown): void => {
      cancel();
      secured.destroy();
      reject(new Failure('tls-handshake-failed', says, { cause }));
    };
    const cancel = timers.after(timeoutMs, () => fail('it was not done in time'));
    // These stay: after the handshake nobody waits any more, and an error that nobody else hears must harm nobody.
    secured.on('error', (error: Error) => fail(error.message, error));
    secured.on('close', () => fail('the client closed the connection'));
    // Node tells an error after the handshake only thus where no tls.Server stands behind the socket; unanswered, the
    // connection would stay open and mute.
    secured.on('_tlsError', (error: Error) => secured.destroy(error));
    secured.once('secure', () => {
      cancel();
      resolve(secured);
    });
  });
}
