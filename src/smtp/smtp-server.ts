// SMTP and submission for the sockets that our listeners accepted: one session each, until the client leaves, is sent
// away, or the node goes down.
import { TLSSocket } from 'node:tls';
import { BoundedLog } from '../base/bounded-log.js';
import type { ClientConnection, ConnectionHandler } from '../net/client-connection.js';
import { encryptionText, MailConnection } from './adaptation/mail-connection.js';
import { PackageServer } from './adaptation/smtp-server.js';
import { replyText, signed } from './reply/reply.js';
import { Conversation } from './session/conversation.js';
import { Session } from './session/session.js';
import type { SmtpParts } from './smtp-parts.js';

/** How long one who was refused has to take the answer and to close. */
const PARTING_MS = 5000;
/** Strangers decide how often lines are written: of each kind no more than these, over all sessions. */
const LOG_BOUND = { lines: 100, perMs: 10_000 };

export class SmtpServer implements ConnectionHandler {
  readonly #parts: SmtpParts;
  readonly #package: PackageServer;
  readonly #connections = new Set<MailConnection>();
  #isDraining = false;
  #whenEmpty: (() => void) | undefined;
  #count = 0;

  constructor(parts: SmtpParts) {
    this.#parts = { ...parts, log: new BoundedLog(parts.log, parts.clock, LOG_BOUND) };
    this.#package = new PackageServer(parts.tls);
  }

  handle({ socket, client }: ClientConnection): void {
    const encryption = socket instanceof TLSSocket ? encryptionText(socket) : undefined;
    this.#count += 1;
    const connection = new MailConnection({
      server: this.#package,
      socket,
      session: new Session(this.#parts, new Conversation(client, encryption)),
      parts: this.#parts,
      id: String(this.#count),
      onEnd: (ended) => this.#forget(ended),
    });
    this.#connections.add(connection);
    connection.init();
    if (this.#isDraining) connection.drain();
  }

  /** RFC 5321 section 3.1 would have 554; 421 tells the client to come again. */
  refuse({ socket, client }: ClientConnection): void {
    const { settings, timers, log } = this.#parts;
    const reply = { code: 421, status: '4.3.2', text: 'Too many connections; try again later' };
    log.write('smtp.sent-away', { client: client.address, code: reply.code, reason: reply.text });
    socket.on('error', () => undefined);
    socket.end(replyText(signed(reply, settings().hostname)));
    socket.resume();
    const cancel = timers.after(PARTING_MS, () => socket.destroy());
    socket.once('close', cancel);
  }

  async drain(ms: number): Promise<void> {
    this.#isDraining = true;
    for (const connection of this.#connections) connection.drain();
    if (this.#connections.size === 0) return;
    const isEmpty = new Promise<void>((resolve) => (this.#whenEmpty = resolve));
    const cancel = this.#parts.timers.after(ms, () => this.#destroyAll());
    await isEmpty;
    cancel();
  }

  #destroyAll(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  #forget(connection: MailConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#whenEmpty?.();
  }
}
