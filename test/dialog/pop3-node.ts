// A POP3 server on a port of its own, over mailboxes in memory, for dialogues with it.
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { LoginCheck, LoginOutcome } from '../../src/accounts/login-check.js';
import type { Tallies } from '../../src/accounts/tallies.js';
import { systemClock, systemTimers } from '../../src/base/clock.js';
import type { LogFields } from '../../src/base/log.js';
import { Metrics } from '../../src/base/metrics.js';
import type { LogEvent } from '../../src/base/log-events.js';
import { parseLogin } from '../../src/mail/login.js';
import { parseMailboxName } from '../../src/mail/mailbox-name.js';
import { Pop3Server } from '../../src/pop3/pop3-server.js';
import type { Pop3Parts, Pop3Settings } from '../../src/pop3/pop3-settings.js';
import { RecordedLog } from '../recorded-log.js';
import { Pop3Talk } from '../talk/pop3-talk.js';
import { until } from '../until.js';
import { FakeDoor } from '../unit/pop3/fake-mailbox.js';

export const PASSWORD = 'correct horse';

export interface Pop3NodeOptions {
  readonly settings?: Partial<Pop3Settings>;
  readonly parts?: Partial<Pop3Parts>;
}

export class Pop3Node {
  readonly door = new FakeDoor();
  readonly log = new RecordedLog();
  readonly settings: { -readonly [Key in keyof Pop3Settings]: Pop3Settings[Key] };
  readonly pop3: Pop3Server;
  readonly #sockets = new Set<Socket>();
  readonly #listener: Server;
  #outcome: ((user: string, password: string) => LoginOutcome) | undefined;

  private constructor({ settings, parts }: Pop3NodeOptions) {
    this.settings = {
      requireTls: false,
      loginDelayMs: 0,
      idleMs: 600_000,
      sessionMs: 86_400_000,
      octetsPerSecond: 100,
      loginFailures: 3,
      errors: 20,
      ...settings,
    };
    this.pop3 = new Pop3Server({
      settings: () => this.settings,
      loginCheck: this.#loginCheck(),
      welcome: { isWelcome: async () => true },
      tallies: talliesWithoutEnd(),
      door: this.door,
      upgradeToTls: undefined,
      clock: systemClock,
      timers: systemTimers,
      log: this.log,
      metrics: new Metrics(),
      ...parts,
    });
    this.#listener = createServer((socket) => this.#accept(socket));
  }

  static async start(options: Pop3NodeOptions = {}): Promise<Pop3Node> {
    const node = new Pop3Node(options);
    node.#listener.listen(0, '127.0.0.1');
    await once(node.#listener, 'listening');
    return node;
  }

  get port(): number {
    const address = this.#listener.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** How logins are answered, instead of by the one password. */
  answerLogins(outcome: (user: string, password: string) => LoginOutcome): void {
    this.#outcome = outcome;
  }

  talk(): Promise<Pop3Talk> {
    return Pop3Talk.open(this.port);
  }

  async loggedIn(user = 'anne'): Promise<Pop3Talk> {
    const talk = await this.talk();
    const { isOk, text } = await talk.login(user, PASSWORD);
    if (!isOk) throw new Error(`no login: ${text}`);
    return talk;
  }

  /** Resolves when the log has this event. */
  async logged(event: LogEvent): Promise<LogFields> {
    await until(event, () => this.log.of(event).length > 0);
    return this.log.of(event)[0] ?? {};
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#listener.close();
    await once(this.#listener, 'close');
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    this.pop3.handle({
      socket,
      client: { address: '192.0.2.1', port: 40_000 },
      isSecure: false,
    });
  }

  #loginCheck(): LoginCheck {
    return {
      check: ({ user, password }) => Promise.resolve((this.#outcome ?? onePassword)(user, password)),
    };
  }
}

/** anne and anne@example.com, with inbox and outbox. */
function onePassword(user: string, password: string): LoginOutcome {
  const isAnne = ['anne', 'anne@example.com'].includes(user.toLowerCase());
  return isAnne && password === PASSWORD ? granted() : { kind: 'refused' };
}

function granted(): LoginOutcome {
  return {
    kind: 'granted',
    account: {
      login: parseLogin('anne@example.com'),
      settings: { passwordHash: '', isDisabled: false },
      mailboxes: ['inbox', 'outbox', 'Gr\u00fcn'].map(parseMailboxName),
      leavingMailboxes: new Map(),
      createdAtMs: 0,
      version: '1',
    },
  };
}

function talliesWithoutEnd(): Tallies {
  const sums = new Map<string, number>();
  return {
    add(name, by) {
      sums.set(name, (sums.get(name) ?? 0) + by);
      return Promise.resolve(sums.get(name) ?? 0);
    },
    forget(name) {
      sums.delete(name);
      return Promise.resolve();
    },
  };
}
