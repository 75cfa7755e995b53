// What happens to a client between the listener that accepted it and the protocol that serves it: a place within the
// limits, the PROXY header of a load balancer, the TLS handshake where TLS comes first. All listeners of a process share
// one reception, since the limits count their clients together.
//
// Whoever is one too many costs little: a few of them at a time are told so in the protocol's words, the others, and
// those who would need a handshake first, are just closed.
import type { Socket } from 'node:net';
import { BoundedLog } from '../base/bounded-log.js';
import type { Clock, Timers } from '../base/clock.js';
import { failureOf } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import type { ClientConnection, ConnectionHandler, Ends } from './client-connection.js';
import { ClientPlaces, type Place, type PlaceLimits } from './client-places.js';
import { handshake } from './handshake.js';
import { plainAddress } from './ip-address.js';
import { Networks, type Network } from './networks.js';
import { arrivedProxyHeader } from './proxy-header-arrival.js';
import { Refusals } from './refusals.js';
import type { ServerTls } from './tls-keys.js';

export interface ReceptionSettings extends PlaceLimits {
  /** Whose connections all begin with a PROXY header; from others it is never read. */
  readonly proxyProtocol: readonly Network[];
}

export interface ReceptionParts {
  readonly settings: () => ReceptionSettings;
  readonly tls: ServerTls;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What a listener stands for. */
export interface Door {
  /** As in the metrics and the log. */
  readonly protocol: string;
  readonly tls: 'none' | 'implicit';
  readonly handler: ConnectionHandler;
}

/** Strangers decide how often these lines are written. */
const LOG_BOUND = { lines: 5, perMs: 10_000 };

type Client = Ends['client'];

interface Arrival {
  readonly socket: Socket;
  readonly door: Door;
  readonly place: Place;
}

type RefusalReason = 'connections' | 'connections-per-ip' | 'proxy-header';

/** Two round trips to the other side of the world, and some computing. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

export class Reception {
  readonly #parts: ReceptionParts;
  readonly #log: Log;
  readonly #places: ClientPlaces;
  readonly #proxies: Networks;
  readonly #refusals: Refusals;
  readonly #openByProtocol = new Map<string, number>();

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
    this.#log = new BoundedLog(parts.log, parts.clock, LOG_BOUND);
    this.#places = new ClientPlaces(parts.settings);
    this.#proxies = new Networks(() => parts.settings().proxyProtocol);
    this.#refusals = new Refusals(parts.timers);
  }

  /**
   * Undefined: the client was handed to the protocol, or is gone; so it is with most. A promise: it has something to send
   * or to prove first; resolves as soon as one of the two has happened.
   */
  receive(socket: Socket, door: Door): Promise<void> | undefined {
    socket.on('error', () => undefined); // a reset may come at any moment; 'close' follows and says enough
    const client = clientOf(socket);
    if (client === undefined) {
      socket.destroy();
      return undefined;
    }
    this.#countOpen(socket, door);
    const place = this.#places.take();
    if (place === undefined) {
      this.#refuse({ socket, client, isSecure: false }, door, 'connections');
      return undefined;
    }
    socket.once('close', () => place.release());
    const arrival = { socket, door, place };
    if (this.#proxies.includes(client.address)) return this.#receiveProxied(arrival, client);
    return this.#enter(arrival, client);
  }

  async #receiveProxied(arrival: Arrival, proxy: Client): Promise<void> {
    const client = await this.#proxiedClient(arrival, proxy);
    if (client !== undefined) await this.#enter(arrival, client);
  }

  #enter({ socket, door, place }: Arrival, client: Client): Promise<void> | undefined {
    if (!place.claim(client.address)) {
      place.release();
      this.#refuse({ socket, client, isSecure: false }, door, 'connections-per-ip');
      return undefined;
    }
    if (door.tls === 'implicit') return this.#secure(socket, door, client);
    this.#admit({ socket, client, isSecure: false }, door);
    return undefined;
  }

  /** The listener could not accept a connection. */
  acceptFailed(protocol: string, error: Error): void {
    this.#log.write('listener.accept-failed', { protocol, says: error.message });
  }

  /** Undefined: the connection is closed. */
  async #proxiedClient({ socket, door }: Arrival, proxy: Client): Promise<Client | undefined> {
    const header = await arrivedProxyHeader(socket, this.#parts.timers);
    if (header?.state === 'complete' && isOpen(socket)) return header.ends?.client ?? proxy;
    socket.destroy();
    if (header?.state !== 'malformed') return undefined;
    this.#countRefused(door, 'proxy-header');
    this.#log.write('client.proxy-header-refused', {
      protocol: door.protocol,
      proxy: proxy.address,
      says: header.says,
    });
    return undefined;
  }

  async #secure(socket: Socket, door: Door, client: Client): Promise<void> {
    const { protocol } = door;
    const options = { protocol, timeoutMs: HANDSHAKE_TIMEOUT_MS };
    try {
      const secured = await handshake(socket, options, this.#parts);
      this.#admit({ socket: secured, client, isSecure: true }, door);
    } catch (error) {
      const { message } = failureOf(error);
      this.#log.write('client.handshake-failed', { protocol, client: client.address, says: message });
    }
  }

  #admit(connection: ClientConnection, door: Door): void {
    this.#parts.metrics.count('cassmail_connections_accepted_total', { protocol: door.protocol });
    door.handler.handle(connection);
  }

  #refuse(connection: ClientConnection, door: Door, reason: RefusalReason): void {
    const { socket, client } = connection;
    this.#countRefused(door, reason);
    this.#log.write('client.refused', { protocol: door.protocol, client: client.address, reason });
    if (door.tls === 'implicit') socket.destroy();
    else this.#refusals.refuse(connection, door.handler);
  }

  #countRefused({ protocol }: Door, reason: RefusalReason): void {
    this.#parts.metrics.count('cassmail_connections_refused_total', { protocol, reason });
  }

  #countOpen(socket: Socket, { protocol }: Door): void {
    this.#changeOpen(protocol, 1);
    socket.once('close', () => this.#changeOpen(protocol, -1));
  }

  #changeOpen(protocol: string, by: number): void {
    const open = (this.#openByProtocol.get(protocol) ?? 0) + by;
    this.#openByProtocol.set(protocol, open);
    this.#parts.metrics.gauge('cassmail_connections_open', { protocol }, open);
  }
}

/** Undefined: the client has gone before we looked. */
function clientOf(socket: Socket): Client | undefined {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return { address: plainAddress(remoteAddress), port: remotePort };
}

function isOpen(socket: Socket): boolean {
  return !socket.destroyed && !socket.readableEnded;
}
