// A remote host and a session with it, for tests of what the two say to each other.
import { systemTimers, type Timers } from '../../../src/base/clock.js';
import { LabHost, type RemoteHostOptions } from '../../../src/lab/remote/remote-host.js';
import { selfSignedPair } from '../../../src/net/self-signed.js';
import { openSession, type SessionOptions } from '../../../src/relay/session/open-session.js';
import type { RemoteSession, Transaction } from '../../../src/relay/session/remote-session.js';
import { TIME_LIMITS, type TimeLimits } from '../../../src/relay/session/time-limits.js';
import { TroubleError, type Trouble } from '../../../src/relay/session/trouble.js';

/** Nobody waits so long in a test; what is to time out has a limit of its own. */
const PATIENT: TimeLimits = TIME_LIMITS;

const open: (() => Promise<void>)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).toReversed()) await close();
}

export async function remote(options: RemoteHostOptions = {}): Promise<LabHost> {
  const host = await LabHost.open(options);
  open.push(() => host.close());
  return host;
}

export async function certificate(host = 'localhost') {
  return selfSignedPair({
    host,
    validFromMs: Date.now() - 60_000,
    validUntilMs: Date.now() + 3_600_000,
  });
}

export interface VisitOptions extends Partial<SessionOptions> {
  readonly limits?: Partial<TimeLimits>;
  readonly timers?: Timers;
  readonly name?: string;
}

export async function visit(host: LabHost, options: VisitOptions = {}): Promise<RemoteSession> {
  const { limits = {}, timers = systemTimers, name = 'localhost', ...session } = options;
  const target = { name, address: '127.0.0.1', port: host.port };
  const opened = await openSession(
    target,
    { ourName: 'us.example', sourceAddress: undefined, tls: 'welcome', login: undefined, ...session },
    { timers, limits: { ...PATIENT, ...limits } },
  );
  open.push(() => Promise.resolve(opened.cut()));
  return opened;
}

/** What went wrong with a visit that was to fail. */
export async function troubleOf(visiting: Promise<unknown>): Promise<Trouble> {
  try {
    await visiting;
  } catch (error) {
    if (error instanceof TroubleError) return error.trouble;
    throw error;
  }
  throw new Error('nothing went wrong');
}

export function small(text: string) {
  return { kind: 'small', bytes: Buffer.from(text, 'latin1') } as const;
}

export function large(...chunks: readonly string[]) {
  return {
    kind: 'large',
    chunks: (async function* stream() {
      for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk, 'latin1'));
    })(),
  } as const;
}

export function transaction(parts: Partial<Transaction> = {}): Transaction {
  return {
    mail: 'MAIL FROM:<a@us.example>',
    recipients: ['RCPT TO:<b@d.example>'],
    content: small('Subject: x\r\n\r\nhello\r\n'),
    mayFinish: () => true,
    ...parts,
  };
}
