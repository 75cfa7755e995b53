// What a client is sent: replies and messages gathered into few writes, messages without being copied (the system
// gathers them), and no more of it waiting than a bound allows. A client that takes it too slowly is given up.
import type { Writable } from 'node:stream';
import type { Clock, Timers } from '../base/clock.js';
import { nextTurn } from '../base/turn.js';

/** Gathered before it is written: several messages of a usual size. */
const GATHERED_OCTETS = 64 * 1024;
/** A piece up to this size is cheaper copied than handed to the system on its own. */
const SMALL_OCTETS = 1024;
/** In the socket and not yet taken over by the system; beyond, nothing more is made. */
const WAITING_OCTETS = 64 * 1024;
/** Written in one turn of the event loop, where the system takes everything at once. */
const TURN_OCTETS = 512 * 1024;
/** Before this, no client is too slow. */
const GRACE_MS = 60_000;

export interface ClientOutputOptions {
  readonly socket: Writable;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly octetsPerSecond: () => number;
  /** The client did not take what it was sent; the socket is destroyed right afterwards. */
  readonly onTooSlow: () => void;
}

/** How long a client may need for so much. */
export function allowedMs(octets: number, octetsPerSecond: number): number {
  return GRACE_MS + (octets / octetsPerSecond) * 1000;
}

export class ClientOutput {
  readonly #options: ClientOutputOptions;
  readonly #socket: Writable;
  #gathered: (string | Uint8Array)[] = [];
  #gatheredOctets = 0;
  #turnOctets = 0;
  #wake: (() => void) | undefined;
  /** Since when there has always been something that the client had not taken, and how much was written since. */
  #burst = { sinceMs: 0, octets: 0 };

  constructor(options: ClientOutputOptions) {
    this.#options = options;
    this.#socket = options.socket;
  }

  /** ASCII. */
  text(text: string): void {
    const last = this.#gathered.length - 1;
    const before = this.#gathered[last];
    if (typeof before === 'string') this.#gathered[last] = before + text;
    else this.#gathered.push(text);
    this.#count(text.length);
  }

  /** Not to be changed by anybody afterwards. */
  octets(octets: Uint8Array): void {
    if (octets.length <= SMALL_OCTETS) {
      this.text(Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1'));
      return;
    }
    this.#gathered.push(octets);
    this.#count(octets.length);
  }

  flush(): void {
    if (this.#gatheredOctets === 0) return;
    const socket = this.#socket;
    if (socket.writable) {
      if (socket.writableLength === 0) {
        this.#burst = { sinceMs: this.#options.clock.monotonicMs(), octets: 0 };
      }
      this.#burst.octets += this.#gatheredOctets;
      this.#turnOctets += this.#gatheredOctets;
      socket.cork();
      for (const piece of this.#gathered) this.#write(piece);
      socket.uncork();
    }
    this.#gathered = [];
    this.#gatheredOctets = 0;
  }

  /** Time to wait for `room` before more is made. */
  get isFull(): boolean {
    return this.#turnOctets >= TURN_OCTETS || this.#socket.writableLength > WAITING_OCTETS;
  }

  /** Nobody reads any more. */
  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  /** Resolves when more may be made; also when the client has gone. */
  async room(): Promise<void> {
    this.flush();
    if (this.#turnOctets >= TURN_OCTETS) {
      this.#turnOctets = 0;
      await nextTurn();
    }
    if (this.#socket.writableLength > WAITING_OCTETS) await this.#taken();
  }

  /** Resolves when the system has taken everything over; also when the client has gone. */
  async empty(): Promise<void> {
    this.flush();
    if (this.#socket.writableLength > 0) await this.#taken();
  }

  #count(octets: number): void {
    this.#gatheredOctets += octets;
    if (this.#gatheredOctets >= GATHERED_OCTETS) this.flush();
  }

  #write(piece: string | Uint8Array): void {
    if (typeof piece === 'string') this.#socket.write(piece, 'latin1', this.#written);
    else this.#socket.write(piece, this.#written);
  }

  readonly #written = (): void => {
    if (this.#socket.writableLength === 0) this.#wake?.();
  };

  /** Waits until the socket has handed everything on, but for no longer than a client may need for it. */
  #taken(): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed) return Promise.resolve();
    const { clock, timers, octetsPerSecond, onTooSlow } = this.#options;
    const untilMs = this.#burst.sinceMs + allowedMs(this.#burst.octets, octetsPerSecond());
    return new Promise((resolve) => {
      const cancel = timers.after(Math.max(0, untilMs - clock.monotonicMs()), () => {
        onTooSlow();
        socket.destroy();
      });
      const finish = (): void => {
        cancel();
        socket.off('close', finish);
        this.#wake = undefined;
        resolve();
      };
      this.#wake = finish;
      socket.on('close', finish);
    });
  }
}
