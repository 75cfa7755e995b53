// An SMTP server on a port of its own, with everything behind it made of paper: an intake that keeps messages in an
// array, an address book with a handful of people, one password.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { AddressBook, Resolution } from '../../../src/accounts/address-book.js';
import type { LoginCheck, LoginOutcome } from '../../../src/accounts/login-check.js';
import { systemClock, systemTimers } from '../../../src/base/clock.js';
import type { Log } from '../../../src/base/log.js';
import { Metrics } from '../../../src/base/metrics.js';
import { systemRandom } from '../../../src/base/random.js';
import { TimeUuidSource } from '../../../src/base/time-uuid.js';
import type { IncomingMessage, Intake } from '../../../src/intake/intake.js';
import { ContentGuards } from '../../../src/mail/content/content-guards.js';
import type { MailAddress } from '../../../src/mail/address.js';
import { INBOX } from '../../../src/mail/mailbox-name.js';
import { parseLogin } from '../../../src/mail/login.js';
import { selfSignedPair } from '../../../src/net/self-signed.js';
import type { SmtpParts } from '../../../src/smtp/smtp-parts.js';
import { LineConnection } from '../../talk/line-connection.js';
import { SmtpServer } from '../../../src/smtp/smtp-server.js';
import type { SmtpSettings } from '../../../src/smtp/smtp-settings.js';

export interface TakenMessage {
  readonly message: IncomingMessage;
  readonly header: string;
  readonly content: Buffer;
}

const SETTINGS: SmtpSettings = {
  hostname: 'mx.test',
  messageSizeBytes: 1_000_000,
  recipientsPerMessage: 100,
  messagesPerConnection: undefined,
  errorsPerConnection: 20,
  loginFailuresPerConnection: 3,
  junkCommands: 100,
  idleMs: 60_000,
  sessionMs: 60_000,
  dataRate: 100,
  greetingDelayMs: 0,
  requireTls: true,
  checkSender: true,
};

/** Keeps what it takes; `fails` makes it answer the next messages with an error. */
export class PaperIntake implements Intake {
  readonly taken: TakenMessage[] = [];
  fails: Error | undefined;
  readonly #ids = new TimeUuidSource(systemClock, systemRandom);

  async accept(message: IncomingMessage): ReturnType<Intake['accept']> {
    const pieces: Uint8Array[] = [];
    for await (const piece of message.content) pieces.push(piece);
    if (this.fails !== undefined) throw this.fails;
    const id = this.#ids.next();
    const header = message.header(id, systemClock.wallMs());
    const content = Buffer.concat(pieces);
    this.taken.push({ message, header, content });
    return { id, sizeBytes: header.length + content.length };
  }
}

const ANNE = parseLogin('anne@example.com');

/** anne and bob are known (bob at once), `full`, `gone`, `circle` and `out` are what they say, other domains are remote. */
export class PaperAddressBook implements AddressBook {
  resolve({ localPart, domain, text }: MailAddress): Resolution | Promise<Resolution> {
    if (domain !== 'example.com' && domain !== '') return Promise.resolve({ kind: 'remote' });
    const login = parseLogin(`${localPart.toLowerCase().split('+')[0] ?? ''}@example.com`);
    const known: Resolution = { kind: 'known', mailboxes: [{ login, mailbox: INBOX }], remote: [] };
    const elsewhere = { localPart: 'x', domain: 'elsewhere.test', text: 'x@elsewhere.test' };
    const answers: Record<string, Resolution> = {
      full: { kind: 'over-quota' },
      gone: { kind: 'disabled' },
      circle: { kind: 'alias-loop' },
      out: { ...known, remote: [elsewhere] },
    };
    const people = ['anne', 'bob', 'postmaster', 'odd name', 'jörg'];
    const name = localPart.toLowerCase();
    if (name === 'bob') return known;
    if (text.includes('nobody')) return Promise.resolve({ kind: 'unknown' });
    if (people.includes(name) || /^(anne\+|r\d+$)/.test(name)) return Promise.resolve(known);
    return Promise.resolve(answers[name] ?? { kind: 'unknown' });
  }

  maySendAs(login: string, sender: MailAddress): Promise<boolean> {
    return Promise.resolve(login === ANNE && sender.localPart.startsWith('anne'));
  }
}

const account = {
  login: ANNE,
  settings: { passwordHash: '', isDisabled: false },
  mailboxes: [INBOX],
  leavingMailboxes: new Map(),
  createdAtMs: 0,
  version: '1',
};

const paperLogins: LoginCheck = {
  check: ({ user, password }): Promise<LoginOutcome> => {
    if (user === 'slow') return Promise.resolve({ kind: 'slowed', retryAfterMs: 1000 });
    if (user === 'gone') return Promise.resolve({ kind: 'disabled' });
    const isRight = user === 'anne' && password === 'secret';
    return Promise.resolve(isRight ? { kind: 'granted', account } : { kind: 'refused' });
  },
};

export class SilentLog implements Log {
  readonly lines: { event: string; fields: Readonly<Record<string, unknown>> }[] = [];

  write(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ event, fields });
  }

  with(): Log {
    return this;
  }
}

export interface Stage {
  readonly smtp: SmtpServer;
  readonly intake: PaperIntake;
  readonly log: SilentLog;
  readonly metrics: Metrics;
  readonly port: number;
  connect(): Promise<LineConnection>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly settings?: Partial<SmtpSettings>;
  readonly parts?: Partial<SmtpParts>;
  readonly isImplicitTls?: boolean;
}

const nowMs = Date.now();
const pair = selfSignedPair({
  host: 'mx.test',
  validFromMs: nowMs - 60_000,
  validUntilMs: nowMs + 3_600_000,
});

export async function openStage({
  settings,
  parts,
  isImplicitTls = false,
}: StageOptions = {}): Promise<Stage> {
  const intake = new PaperIntake();
  const log = new SilentLog();
  const metrics = new Metrics();
  const secureContext = createSecureContext(await pair);
  const smtp = new SmtpServer({
    profile: 'smtp',
    settings: () => ({ ...SETTINGS, ...settings }),
    intake,
    addressBook: new PaperAddressBook(),
    loginCheck: paperLogins,
    welcome: { isWelcome: () => Promise.resolve(true) },
    allowance: { take: () => Promise.resolve(true) },
    tls: { secureContext: () => secureContext },
    contentFilter: (missing) =>
      new ContentGuards({
        bareNewlines: 'refuse',
        messageSize: settings?.messageSizeBytes ?? SETTINGS.messageSizeBytes,
        headerSize: 100_000,
        receivedHeaders: 100,
        ...(missing === undefined ? {} : { missing }),
      }),
    mayUseXclient: () => false,
    relay: { isThere: true, isFreeFor: () => false, assertOpen: () => undefined },
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log,
    metrics,
    ...parts,
  });
  const server = createServer((socket) => {
    const handOver = (ready: Socket): void =>
      smtp.handle({
        socket: ready,
        client: { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
        isSecure: isImplicitTls,
      });
    if (!isImplicitTls) return handOver(socket);
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    secure.once('secure', () => handOver(secure));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    smtp,
    intake,
    log,
    metrics,
    port: portOf(server),
    connect: () => LineConnection.open(portOf(server), { isSecure: isImplicitTls }),
    close: async () => {
      server.close();
      await smtp.drain(0);
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stage has no port');
  return address.port;
}
