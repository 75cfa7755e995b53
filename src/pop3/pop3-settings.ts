// What a POP3 server is told: settings that may change while it runs, and the parts it works with.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { LoginCheck, Welcome } from '../accounts/login-check.js';
import type { Tallies } from '../accounts/tallies.js';
import type { Clock, Timers } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import type { MailboxDoor } from '../mailbox/mailbox-door.js';

export interface Pop3Settings {
  /** No login before the connection is encrypted. */
  readonly requireTls: boolean;
  /** Least time between two logins to one mailbox; 0: none. */
  readonly loginDelayMs: number;
  /** Silence after which a client is sent away. */
  readonly idleMs: number;
  /** The longest session. */
  readonly sessionMs: number;
  /** What a client must take, on average, once it has been taking for a minute. */
  readonly octetsPerSecond: number;
  readonly loginFailures: number;
  readonly errors: number;
}

export interface Pop3Parts {
  readonly settings: () => Pop3Settings;
  readonly loginCheck: LoginCheck;
  readonly welcome: Welcome;
  readonly tallies: Tallies;
  readonly door: MailboxDoor;
  /** The handshake on a connection that was plain, in bounded time. Undefined: no STLS. */
  readonly upgradeToTls: ((socket: Socket) => Promise<TLSSocket>) | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
}
