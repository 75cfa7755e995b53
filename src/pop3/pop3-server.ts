// The POP3 server (RFC 1939, 2449, 2595, 3206, 5034, 6856): sessions over connections that listeners bring. No APOP: it
// needs every password kept where it can be read again (RFC 1939 section 7), and ours are hashed.
import { BoundedLog } from '../base/bounded-log.js';
import type { ClientConnection, ConnectionHandler } from '../net/client-connection.js';
import { ReadAheadAllowance } from './message-bodies.js';
import { Pop3Session } from './pop3-session.js';
import type { Pop3Parts } from './pop3-settings.js';
import { replies } from './protocol/replies.js';

/** Read ahead by all sessions of this process together, of what clients have asked for. */
const ASKED_OCTETS = 48 * 1024 * 1024;
/** And of what they have not asked for yet, which a silent one may keep for long. */
const GUESSED_OCTETS = 16 * 1024 * 1024;
/** While the node stops, a session with an open mailbox may be silent for so long. */
const STOPPING_IDLE_MS = 1_000;
/** For a client that is refused to hear it and to close. */
const REFUSAL_MS = 5_000;

/** Strangers decide how often some lines are written: of each kind no more than these, over all sessions. */
const STRANGERS_BOUND = { lines: 100, perMs: 10_000 };

export class Pop3Server implements ConnectionHandler {
  readonly #parts: Pop3Parts;
  readonly #allowances = {
    asked: new ReadAheadAllowance(ASKED_OCTETS),
    guessed: new ReadAheadAllowance(GUESSED_OCTETS),
  };
  readonly #strangersLog: BoundedLog;
  readonly #sessions = new Map<Pop3Session, Promise<void>>();

  constructor(parts: Pop3Parts) {
    this.#parts = parts;
    this.#strangersLog = new BoundedLog(parts.log, parts.clock, STRANGERS_BOUND);
  }

  handle(connection: ClientConnection): void {
    const session = new Pop3Session({
      connection,
      parts: this.#parts,
      allowances: this.#allowances,
      strangersLog: this.#strangersLog,
    });
    this.#sessions.set(
      session,
      session.run().finally(() => this.#sessions.delete(session)),
    );
  }

  refuse({ socket }: ClientConnection): void {
    socket.on('error', () => socket.destroy());
    socket.end(replies.tooManyConnections);
    socket.resume();
    const cancel = this.#parts.timers.after(REFUSAL_MS, () => socket.destroy());
    socket.on('close', cancel);
  }

  async drain(ms: number): Promise<void> {
    for (const session of this.#sessions.keys()) session.hurry(STOPPING_IDLE_MS);
    const cancel = this.#parts.timers.after(ms, () => {
      for (const session of this.#sessions.keys()) session.stop('stopped');
    });
    while (this.#sessions.size > 0) await Promise.all(this.#sessions.values());
    cancel();
  }
}
