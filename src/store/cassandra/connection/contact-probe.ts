// What answers at a contact point, found out with one frame of the native protocol (OPTIONS, which needs no login)
// before the driver is let loose on it: the driver takes whatever comes back for CQL and fails in obscure ways.
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Timers } from '../../../base/clock.js';
import { Failure } from '../../../base/failure.js';
import { tlsOptions, type TlsSettings } from './tls-options.js';

export interface ContactPoint {
  readonly host: string;
  readonly port: number;
}

/** Version 4, no flags, stream 0, opcode OPTIONS, no body (native_protocol_v4.spec, section 4.1.3). */
const OPTIONS_FRAME = Buffer.from([0x04, 0, 0, 0, 0x05, 0, 0, 0, 0]);
const HEADER_BYTES = 9;
const PATIENCE_MS = 5_000;
const ANSWER_BIT = 0x80;
const ERROR = 0x00;
const SUPPORTED = 0x06;
const TLS_ALERT = 0x15;

/** Socket errors that say nothing about TLS: nobody there, or not now. */
const UNREACHABLE = /^E(CONN|HOST|NET|TIMEDOUT|AI|ADDR|NOTFOUND|PIPE)/;

/** Resolves when the contact point speaks CQL, else to the Failure that says what it does instead. */
export async function probeContactPoint(
  point: ContactPoint,
  tls: TlsSettings | undefined,
  timers: Timers,
): Promise<Failure | undefined> {
  const place = `${point.host}:${point.port}`;
  return new Promise((resolve) => {
    const socket = open(point, tls);
    const finish = (failure: Failure | undefined): void => {
      cancel();
      socket.destroy();
      resolve(failure);
    };
    const cancel = timers.after(PATIENCE_MS, () => finish(silence(place, socket.connecting)));
    let answer = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes]);
      if (answer.length >= HEADER_BYTES || !beginsLikeAnAnswer(answer)) finish(judge(place, answer));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => finish(judgeError(place, error, tls)));
    socket.on('close', () => finish(closed(place)));
    socket.write(OPTIONS_FRAME);
  });
}

function open({ host, port }: ContactPoint, tls: TlsSettings | undefined): Socket {
  return tls === undefined ? connectTcp(port, host) : connectTls({ ...tlsOptions(tls), host, port });
}

function beginsLikeAnAnswer(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & ANSWER_BIT) !== 0;
}

function judge(place: string, answer: Buffer): Failure | undefined {
  const opcode = answer[4];
  if (beginsLikeAnAnswer(answer) && (opcode === SUPPORTED || opcode === ERROR)) return undefined;
  if (answer[0] === TLS_ALERT) {
    return new Failure('ring-tls-failed', `${place} expects TLS: set store.cassandra.tls.enabled to true`);
  }
  const seen = answer
    .subarray(0, 40)
    .toString('latin1')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim();
  return new Failure(
    'ring-not-cassandra',
    `${place} does not speak Cassandra's native protocol (it said "${seen}"): ` +
      'correct store.cassandra.contactPoints and store.cassandra.port',
  );
}

function judgeError(place: string, error: NodeJS.ErrnoException, tls: TlsSettings | undefined): Failure {
  if (error.code === 'ECONNRESET') return closed(place);
  if (tls === undefined || UNREACHABLE.test(error.code ?? '')) {
    return new Failure('ring-unreachable', `${place}: ${error.message}`, { cause: error });
  }
  return new Failure(
    'ring-tls-failed',
    `TLS with ${place} failed (${error.message}): check store.cassandra.tls and the certificate of the ring node`,
    { cause: error },
  );
}

/** Also what a node does that is paused, or drowning: so it is waited for. */
function silence(place: string, isConnecting: boolean): Failure {
  const what = isConnecting ? 'does not answer' : 'accepts the connection and says nothing: is it Cassandra?';
  return new Failure('ring-unreachable', `${place} ${what}`);
}

function closed(place: string): Failure {
  return new Failure(
    'ring-unreachable',
    `${place} closed the connection without a word: is it Cassandra, and does it expect TLS?`,
  );
}
