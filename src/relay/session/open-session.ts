// From an address to a session that is ready for mail: connected, greeted, encrypted as far as is asked for, logged in.
// Where encryption is only welcome and its handshake fails, the host is called once more without: mail in clear text is
// what it would have got from everybody before (RFC 7435).
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Timers } from '../../base/clock.js';
import { openSocket } from './open-socket.js';
import { PackageConnection, type PackageError } from './package-connection.js';
import { RemoteSession, type SessionParts, type SessionSecurity } from './remote-session.js';
import { readReply } from './reply.js';
import { TroubleError, type Step, type Trouble } from './trouble.js';

/** Encrypted where the host offers it; always; always, and with a certificate that is valid for its name. */
export type TlsDemand = 'welcome' | 'required' | 'verified';

export interface SessionTarget {
  /** As the DNS or an operator names it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

export interface SessionOptions {
  /** What EHLO says. */
  readonly ourName: string;
  readonly sourceAddress: string | undefined;
  readonly tls: TlsDemand;
  readonly login: { readonly user: string; readonly password: string } | undefined;
}

/** The most that a greeting or a reply may have; no real one has a tenth of it. */
const LONGEST_REPLY_OCTETS = 64 * 1024;

/** Fails with a `TroubleError`, and with nothing else. */
export async function openSession(
  target: SessionTarget,
  options: SessionOptions,
  parts: SessionParts,
): Promise<RemoteSession> {
  try {
    return await open(target, { ...options, isTlsTried: true }, parts);
  } catch (error) {
    const isWorthAnother =
      options.tls === 'welcome' && error instanceof TroubleError && error.trouble.kind === 'insecure';
    if (!isWorthAnother) throw error;
    return open(target, { ...options, isTlsTried: false }, parts);
  }
}

async function open(
  { name, address, port }: SessionTarget,
  { ourName, sourceAddress, tls, login, isTlsTried }: SessionOptions & { readonly isTlsTried: boolean },
  parts: SessionParts,
): Promise<RemoteSession> {
  const { timers, limits } = parts;
  const socket = await openSocket({ address, port, sourceAddress }, limits.connectMs, timers);
  const isCertificateChecked = tls === 'verified';
  const connection = new PackageConnection({
    socket,
    serverName: name === address ? undefined : name,
    ourName,
    tls: tls !== 'welcome' ? 'always' : isTlsTried ? 'if-offered' : 'never',
    isCertificateChecked,
    stepMs: limits.openingMs,
    longestReplyOctets: LONGEST_REPLY_OCTETS,
  });
  connection.on('error', () => undefined); // one that nobody hears would end the process
  try {
    await step(connection, { timers, ms: 2 * limits.openingMs }, (done) => connection.connect(done));
    if (login !== undefined) await logIn(connection, login, parts);
  } catch (error) {
    connection.cut();
    throw error;
  }
  return new RemoteSession(connection, securityOf(connection.socket, isCertificateChecked), parts);
}

async function logIn(
  connection: PackageConnection,
  { user, password }: { readonly user: string; readonly password: string },
  { timers, limits }: SessionParts,
): Promise<void> {
  if (!connection.allowsAuth) {
    throw new TroubleError({ kind: 'garbage', step: 'login', says: 'the host offers no login' });
  }
  await step(connection, { timers, ms: limits.openingMs }, (done) =>
    connection.login({ user, pass: password }, (error) => done(error ?? undefined)),
  );
}

/** One of the package's own steps: it calls back, or tells an error, or takes too long. */
function step(
  connection: PackageConnection,
  { timers, ms }: { readonly timers: Timers; readonly ms: number },
  begin: (done: (error?: Error) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (error?: Error): void => {
      cancel();
      connection.off('error', finish);
      connection.off('end', ended);
      if (error === undefined) resolve();
      else reject(new TroubleError(troubleOf(error, connection)));
    };
    const ended = (): void => finish(new Error('the host closed the connection'));
    const cancel = timers.after(ms, () =>
      finish(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })),
    );
    connection.on('error', finish);
    connection.on('end', ended);
    begin(finish);
  });
}

function troubleOf(error: PackageError, connection: PackageConnection): Trouble {
  const at = stepOf(error, connection);
  const reply = error.response === undefined ? undefined : readReply(error.response);
  if (at === 'tls') return { kind: 'insecure', step: 'tls', says: error.message };
  if (error.code === 'ETIMEDOUT') return { kind: 'too-slow', step: at, says: error.message };
  if (reply !== undefined && reply.code >= 400) return { kind: 'refused', step: at, reply };
  if (reply !== undefined || error.response !== undefined || error.code === 'EPROTOCOL') {
    return { kind: 'garbage', step: at, says: error.message.slice(0, 200) };
  }
  return { kind: 'lost', step: at, says: error.message };
}

function stepOf({ code, command, response }: PackageError, connection: PackageConnection): Step {
  if (connection.upgrading === true || code === 'ETLS') return 'tls';
  if (command?.startsWith('AUTH') === true || code === 'EAUTH') return 'login';
  const isAboutGreeting = code === 'EPROTOCOL' && command === 'CONN' && response !== undefined;
  return connection.lastServerResponse === false || isAboutGreeting ? 'greeting' : 'helo';
}

function securityOf(socket: Socket, isVerified: boolean): SessionSecurity | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  return { version: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher().name, isVerified };
}
