// What a client may get wrong before it is sent away: refused commands, commands that bring no mail nearer, wrong
// passwords, and time.
import type { Reply } from '../reply/reply.js';
import type { SmtpSettings } from '../smtp-settings.js';

/** Lines of the log that one client may cause by being refused. */
const LOGGED_REFUSALS = 10;

export interface Patience {
  readonly elapsedMs: number;
  readonly loginFailures: number;
}

export class Misconduct {
  readonly #settings: () => SmtpSettings;
  #errors = 0;
  #junk = 0;
  #messages = 0;
  #logged = 0;

  constructor(settings: () => SmtpSettings) {
    this.#settings = settings;
  }

  /** Whether the log should hear of it. */
  refused(reply: Reply): boolean {
    if (reply.code >= 500) this.#errors += 1; // 4yz is our trouble as often as the client's
    this.#logged += 1;
    return this.#logged <= LOGGED_REFUSALS;
  }

  /** RSET, NOOP and the like; beyond the limit each counts as a refused command. */
  junk(): void {
    this.#junk += 1;
    if (this.#junk > this.#settings().junkCommands) this.#errors += 1;
  }

  messageTaken(): void {
    this.#messages += 1;
    this.#errors = 0;
    this.#junk = 0;
  }

  tooManyMessages(): Reply | undefined {
    const maximum = this.#settings().messagesPerConnection;
    if (maximum === undefined || this.#messages < maximum) return undefined;
    return { code: 421, status: '4.7.0', text: 'Enough messages for one connection' };
  }

  /** Undefined: the client may stay. */
  parting({ elapsedMs, loginFailures }: Patience): Reply | undefined {
    const settings = this.#settings();
    if (this.#errors >= settings.errorsPerConnection) return away('Too many errors');
    if (loginFailures >= settings.loginFailuresPerConnection) return away('Too many wrong passwords');
    return elapsedMs > settings.sessionMs ? away('The session has lasted too long') : undefined;
  }
}

function away(text: string): Reply {
  return { code: 421, status: '4.7.0', text };
}
