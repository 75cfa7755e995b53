// One POP3 session over one connection: reads lines, asks the pure state machine what they mean, does it, and answers in
// order. Replies to commands that came together leave together. The mailbox is locked from login to the end, however the
// session ends; messages are removed on QUIT and on nothing else (RFC 1939 section 6).
import type { Socket } from 'node:net';
import type { Log } from '../base/log.js';
import { visibleText } from '../base/visible-text.js';
import type { ClientConnection } from '../net/client-connection.js';
import { ClientInput } from './client-input.js';
import { ClientOutput } from './client-output.js';
import { logIn, type LoginResult } from './login.js';
import type { ReadAheadAllowances } from './message-bodies.js';
import type { Pop3Parts } from './pop3-settings.js';
import { capabilityReply } from './protocol/capabilities.js';
import { parseCommand, type MessageCommand } from './protocol/command.js';
import type { PlainCredentials } from './protocol/plain-response.js';
import { replies } from './protocol/replies.js';
import {
  decide,
  initialState,
  lineOctets,
  loggedIn,
  mayLogIn,
  mayStartTls,
  type Decision,
  type SessionRules,
  type SessionState,
} from './protocol/session-state.js';
import { SessionWatch } from './session-watch.js';
import { Transaction } from './transaction.js';
import { WelcomeWatch } from './welcome-watch.js';

/** For the client to close its side after we have closed ours. */
const LINGER_MS = 5_000;
/** Commands looked at beforehand, for messages that could be read ahead. */
const LOOK_AHEAD_LINES = 64;
/** Of a user name, in the log. */
const SHOWN_CHARACTERS = 100;

/** How a session ended: a label of metrics and a field of the log. */
type Ending =
  | 'quit'
  | 'dropped'
  | 'idle'
  | 'expired'
  | 'errors'
  | 'too-slow'
  | 'broken-off'
  | 'failed'
  | 'stopped'
  | 'unwelcome';

export interface Pop3SessionOptions {
  readonly connection: ClientConnection;
  readonly parts: Pop3Parts;
  readonly allowances: ReadAheadAllowances;
  /** For what anybody may cause. */
  readonly strangersLog: Log;
}

export class Pop3Session {
  readonly #parts: Pop3Parts;
  readonly #connection: ClientConnection;
  readonly #allowances: ReadAheadAllowances;
  readonly #log: Log;
  readonly #strangersLog: Log;
  readonly #watch: SessionWatch;
  readonly #welcome: WelcomeWatch;
  #socket: Socket;
  #input: ClientInput;
  #output: ClientOutput;
  #state: SessionState;
  #transaction: Transaction | undefined;
  #address: { readonly login: string; readonly mailbox: string } | undefined;
  #ending: Ending | undefined;
  #errors = 0;
  #wrongPasswords = 0;
  #removed = 0;
  /** How many of the next lines were looked at already for messages to read ahead. */
  #lookedAhead = 0;

  constructor({ connection, parts, allowances, strangersLog }: Pop3SessionOptions) {
    this.#parts = parts;
    this.#connection = connection;
    this.#allowances = allowances;
    this.#log = parts.log.with({ client: connection.client.address });
    this.#strangersLog = strangersLog.with({ client: connection.client.address });
    this.#state = initialState(connection.isSecure);
    this.#socket = connection.socket;
    this.#input = new ClientInput(this.#socket);
    this.#output = this.#outputTo(this.#socket);
    const { idleMs, sessionMs } = parts.settings();
    this.#watch = new SessionWatch({ ...parts, idleMs, sessionMs, onExpired: (why) => this.stop(why) });
    this.#welcome = new WelcomeWatch({ ...parts, onUnwelcome: () => this.stop('unwelcome') });
  }

  /** Resolves when the session has ended and its mailbox is free again. */
  async run(): Promise<void> {
    this.#output.text(replies.greeting);
    try {
      await this.#converse();
    } catch (error) {
      this.#ending = 'failed';
      this.#log.write('pop3.session-failed', { error });
    } finally {
      await this.#end();
    }
  }

  /** Nothing more is read; without a word (RFC 1939 section 3), and without UPDATE. */
  stop(why: 'idle' | 'expired' | 'stopped' | 'unwelcome'): void {
    this.#ending ??= why;
    this.#input.end();
    // a client that does not take what it was sent would not take the end either
    if (why === 'stopped') this.#socket.destroy();
    else this.#socket.end();
  }

  /** Somebody wants us to end: silence may last no longer than this. */
  hurry(idleMs: number): void {
    this.#watch.hurry(this.#transaction === undefined ? 0 : idleMs);
  }

  async #converse(): Promise<void> {
    while (this.#ending === undefined && !this.#socket.destroyed) {
      const line = this.#input.lines.take(lineOctets(this.#state));
      if (line === undefined) {
        this.#output.flush();
        this.#watch.waiting();
        if (!(await this.#input.more())) return;
        continue;
      }
      this.#watch.working();
      if (this.#lookedAhead > 0) this.#lookedAhead -= 1;
      const doing = this.#carryOut(decide(this.#state, line, this.#rules()));
      if (doing !== undefined) await doing;
      if (this.#output.isFull) await this.#output.room();
    }
  }

  /** Undefined: done already. Most commands are, and none of them costs a turn. */
  #carryOut(decision: Decision): Promise<void> | undefined {
    if ('state' in decision) this.#state = decision.state;
    switch (decision.kind) {
      case 'answer':
        this.#output.text(decision.reply);
        return undefined;
      case 'refuse':
        this.#refuse(decision.reply);
        return undefined;
      case 'dismiss':
        this.#leave('quit', decision.reply);
        return undefined;
      case 'tell-capabilities':
        this.#output.text(capabilityReply(this.#capabilityTerms()));
        return undefined;
      case 'log-in':
        return this.#logIn(decision.credentials);
      case 'start-tls':
        return this.#startTls();
      case 'update':
        return this.#update();
      case 'serve':
        break;
    }
    return this.#serve(decision.command);
  }

  #rules(): SessionRules {
    return {
      requiresTls: this.#parts.settings().requireTls,
      offersTls: this.#parts.upgradeToTls !== undefined,
    };
  }

  #capabilityTerms(): Parameters<typeof capabilityReply>[0] {
    const rules = this.#rules();
    return {
      mayLogIn: mayLogIn(this.#state, rules),
      mayStartTls: mayStartTls(this.#state, rules),
      loginDelayMs: this.#parts.settings().loginDelayMs,
    };
  }

  #refuse(reply: string): void {
    this.#errors += 1;
    if (this.#errors >= this.#parts.settings().errors) this.#leave('errors', replies.tooManyErrors);
    else this.#output.text(reply);
  }

  #leave(ending: Ending, reply: string): void {
    this.#output.text(reply);
    this.#ending = ending;
  }

  async #logIn(credentials: PlainCredentials): Promise<void> {
    this.#output.flush(); // what came before does not wait for the store
    const result = await logIn(this.#parts, credentials, this.#connection.client.address);
    this.#parts.metrics.count('cassmail_pop3_logins_total', {
      outcome: result.kind === 'open' ? 'granted' : result.reason,
    });
    if (result.kind === 'turned-away') {
      this.#turnAway(result, credentials.user);
      return;
    }
    this.#address = result.address;
    this.#welcome.start(result.account);
    this.#transaction = new Transaction({
      ...this.#parts,
      mailbox: result.mailbox,
      output: this.#output,
      allowances: this.#allowances,
      isUtf8: this.#state.isUtf8,
      onFailure: (error) => this.#log.write('pop3.command-failed', { ...this.#address, error }),
    });
    this.#state = loggedIn(this.#state);
    this.#output.text(this.#transaction.welcome);
  }

  #turnAway({ reply, reason, cause }: Extract<LoginResult, { kind: 'turned-away' }>, user: string): void {
    this.#strangersLog.write('pop3.login-refused', {
      user: visibleText(user, SHOWN_CHARACTERS),
      reason,
      ...(cause === undefined ? {} : { error: cause }),
    });
    if (reason === 'password' || reason === 'slowed') this.#wrongPasswords += 1;
    if (this.#wrongPasswords >= this.#parts.settings().loginFailures) this.#leave('errors', reply);
    else this.#output.text(reply);
  }

  /** RFC 2595 section 4. Whatever came in the clear together with STLS was perhaps not the client's, and is forgotten. */
  async #startTls(): Promise<void> {
    const { upgradeToTls } = this.#parts;
    if (upgradeToTls === undefined) return;
    await this.#output.empty();
    // in one turn, so that nothing of the client's handshake can be forgotten too
    this.#input.detach();
    this.#output.text(replies.beginTls);
    this.#output.flush();
    try {
      this.#socket = await upgradeToTls(this.#socket);
    } catch (error) {
      this.#ending ??= 'dropped';
      this.#strangersLog.write('pop3.tls-failed', { error });
      this.#socket.destroy();
      return;
    }
    this.#input = new ClientInput(this.#socket);
    this.#output = this.#outputTo(this.#socket);
    this.#state = initialState(true);
  }

  #serve(command: MessageCommand): Promise<void> | undefined {
    if (command.name === 'RETR' || command.name === 'TOP') this.#readAhead(command.message);
    const serving = this.#transaction?.serve(command);
    return serving === undefined ? undefined : this.#finish(serving);
  }

  async #finish(serving: ReturnType<Transaction['serve']>): Promise<void> {
    const broken = await serving;
    if (broken === undefined) return;
    this.#ending = 'broken-off';
    this.#log.write('pop3.message-broken-off', { ...this.#address, error: broken.brokenOffBy });
    this.#socket.destroy(); // all that is left to tell the client that it hasn't got the whole
  }

  /** Together with a message, those are read that the next lines ask for; where there are none, those that follow it. */
  #readAhead(message: number): void {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    if (this.#input.lines.peek(0) === undefined) transaction.readRun(message);
    else if (transaction.readsAhead && transaction.readAhead(message)) this.#readAheadOfLines(transaction);
  }

  #readAheadOfLines(transaction: Transaction): void {
    for (; this.#lookedAhead < LOOK_AHEAD_LINES; this.#lookedAhead += 1) {
      const line = this.#input.lines.peek(this.#lookedAhead);
      if (line === undefined) return;
      const parsed = line.kind === 'text' ? parseCommand(line.text) : undefined;
      const command = parsed?.kind === 'command' ? parsed.command : undefined;
      if (command?.name !== 'RETR' && command?.name !== 'TOP') continue;
      if (!transaction.readAhead(command.message)) return;
    }
  }

  async #update(): Promise<void> {
    this.#output.flush();
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    const { reply, removed } = await transaction.update();
    this.#removed = removed;
    this.#leave('quit', reply);
  }

  #outputTo(socket: Socket): ClientOutput {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy()); // a client that is gone is no failure of ours
    const onTooSlow = (): void => {
      this.#ending ??= 'too-slow';
    };
    const octetsPerSecond = (): number => this.#parts.settings().octetsPerSecond;
    return new ClientOutput({ ...this.#parts, socket, octetsPerSecond, onTooSlow });
  }

  async #end(): Promise<void> {
    this.#watch.stop();
    this.#welcome.stop();
    await this.#transaction?.close();
    await this.#closeConnection();
    this.#parts.metrics.count('cassmail_pop3_sessions_total', { ended: this.#ending ?? 'dropped' });
    this.#account();
  }

  /** With everything that is to be said yet; then the client has some seconds to hear it and close too. */
  async #closeConnection(): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed) return;
    if (this.#ending !== 'failed') await this.#output.empty();
    socket.end();
    socket.resume();
    const cancel = this.#parts.timers.after(LINGER_MS, () => socket.destroy());
    socket.on('close', cancel);
  }

  #account(): void {
    const { metrics } = this.#parts;
    if (this.#transaction === undefined) return;
    const { messages, octets } = this.#transaction.retrieved;
    if (messages > 0) {
      metrics.count('cassmail_pop3_retrieved_total', {}, messages);
      metrics.count('cassmail_pop3_retrieved_octets_total', {}, octets);
    }
    if (this.#removed > 0) metrics.count('cassmail_pop3_removed_total', {}, this.#removed);
    this.#log.write('pop3.session-ended', {
      ...this.#address,
      ended: this.#ending ?? 'dropped',
      retrieved: messages,
      octets,
      removed: this.#removed,
    });
  }
}
