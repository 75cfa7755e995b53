// Clients that are one too many are told so in the protocol's words, a limited number of them at a time and for a second
// each; beyond that they are just closed, so that a flood of them costs little.
import type { Timers } from '../base/clock.js';
import type { ClientConnection, ConnectionHandler } from './client-connection.js';

/** Enough for a client to read one line. */
const PATIENCE_MS = 1_000;
const MOST_AT_ONCE = 100;

export class Refusals {
  readonly #timers: Timers;
  #underWay = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  refuse(connection: ClientConnection, handler: ConnectionHandler): void {
    const { socket } = connection;
    if (this.#underWay >= MOST_AT_ONCE) {
      socket.destroy();
      return;
    }
    this.#underWay += 1;
    const cancel = this.#timers.after(PATIENCE_MS, () => socket.destroy());
    socket.once('close', () => {
      cancel();
      this.#underWay -= 1;
    });
    socket.resume(); // what was sent and never read would have the connection reset, and the words lost
    handler.refuse(connection);
  }
}
