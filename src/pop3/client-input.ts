// What a client sends, as lines; no more of it is taken from the network than a bound allows, so that a client which
// sends commands without end and does not read the answers is made to wait.
import type { Socket } from 'node:net';
import { CommandLines } from './protocol/command-lines.js';

/** Some thousand commands; beyond, the client's own system keeps the rest. */
const WAITING_OCTETS = 64 * 1024;

export class ClientInput {
  readonly lines = new CommandLines();
  readonly #socket: Socket;
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    // a client that has said all it wants and closed its side is answered all the same
    socket.allowHalfOpen = true;
    socket.on('data', this.#take).on('end', this.#end).on('close', this.#end);
  }

  /** Resolves when something has come; to false when nothing will any more. */
  async more(): Promise<boolean> {
    if (this.#hasEnded) return false;
    this.#socket.resume();
    await new Promise<void>((resolve) => (this.#wake = resolve));
    return !this.#hasEnded || this.lines.waitingOctets > 0;
  }

  /** Lets go of the socket, and forgets what it has brought and nobody has read (RFC 2595 section 4). */
  detach(): void {
    const socket = this.#socket;
    socket.off('data', this.#take).off('end', this.#end).off('close', this.#end);
    socket.pause();
    while (socket.read() !== null);
  }

  /** Somebody who waits for more need not wait any longer. */
  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }

  readonly #take = (octets: Buffer): void => {
    this.lines.feed(octets);
    if (this.lines.waitingOctets > WAITING_OCTETS) this.#socket.pause();
    this.#wake?.();
  };

  readonly #end = (): void => this.end();
}
