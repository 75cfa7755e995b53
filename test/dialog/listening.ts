// A listener with everything behind it, for tests with real sockets, and a protocol that only says what it sees.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { Timers } from '../../src/base/clock.js';
import { Metrics } from '../../src/base/metrics.js';
import type { ClientConnection, ConnectionHandler } from '../../src/net/client-connection.js';
import { openListener, type Listener } from '../../src/net/listener.js';
import type { Network } from '../../src/net/networks.js';
import { Reception } from '../../src/net/reception.js';
import type { ServerTls } from '../../src/net/tls-keys.js';
import { RecordedLog } from '../recorded-log.js';
import { VirtualTime } from '../virtual-time.js';

export const LOCALHOST: Network = { family: 4, address: '127.0.0.0', prefix: 8 };

/** Greets, echoes, and keeps its connections for the test. */
class EchoProtocol implements ConnectionHandler {
  readonly connections: ClientConnection[] = [];
  readonly refused: ClientConnection[] = [];

  handle(connection: ClientConnection): void {
    this.connections.push(connection);
    const { client, isSecure, socket } = connection;
    socket.write(`hello ${client.address} ${client.port} ${isSecure}\r\n`);
    socket.on('data', (bytes: Buffer) => socket.write(bytes));
  }

  refuse(connection: ClientConnection): void {
    this.refused.push(connection);
    connection.socket.end('too many\r\n');
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }
}

export interface ListeningOptions {
  readonly tls?: ServerTls;
  readonly connections?: number;
  readonly connectionsPerIp?: number;
  readonly proxyProtocol?: readonly Network[];
  /** Stands still unless given. */
  readonly timers?: Timers;
}

export class Listening {
  readonly log = new RecordedLog();
  readonly metrics = new Metrics();
  readonly time = new VirtualTime();
  readonly protocol = new EchoProtocol();
  readonly reception: Reception;
  readonly clients: Socket[] = [];
  readonly #listeners: Listener[] = [];

  constructor(options: ListeningOptions = {}) {
    const { connections = 100, connectionsPerIp = 100, proxyProtocol = [] } = options;
    this.reception = new Reception({
      settings: () => ({ connections, connectionsPerIp, proxyProtocol }),
      tls: options.tls ?? { serverOptions: () => ({ isServer: true }) },
      clock: this.time,
      timers: options.timers ?? this.time,
      log: this.log,
      metrics: this.metrics,
    });
  }

  async open(tls: 'none' | 'implicit' = 'none', host = '127.0.0.1'): Promise<Listener> {
    const listener = await openListener(
      { address: { host, port: 0 }, protocol: 'echo', tls, handler: this.protocol },
      this.reception,
    );
    this.#listeners.push(listener);
    return listener;
  }

  /** Connected, with an ear for errors. */
  async connect({ address: { host, port } }: Listener): Promise<Socket> {
    const socket = connect({ host, port });
    this.clients.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  /** A value of the metrics, as `name{label="…"}`; 0 where there is none. */
  async metric(sample: string): Promise<number> {
    const lines = (await this.metrics.exposition()).split('\n');
    return Number(lines.find((text) => text.startsWith(`${sample} `))?.slice(sample.length + 1) ?? 0);
  }

  close(): void {
    for (const listener of this.#listeners) listener.stop();
    for (const client of this.clients) client.destroy();
    for (const { socket } of this.protocol.connections) socket.destroy();
  }
}

/** The client's side of a handshake on a connected socket. */
export async function securely(socket: Socket, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const secured = connectTls({ socket, rejectUnauthorized: false, ...options });
  secured.on('error', () => undefined);
  await once(secured, 'secureConnect', { signal: AbortSignal.timeout(20_000) });
  return secured;
}

/** What comes up to the end of a line; all that came, where the other side ends before that. */
export function line(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const deadline = setTimeout(
      () => reject(new Error(`no line came, only ${JSON.stringify(text)}`)),
      20_000,
    );
    const finish = (): void => {
      clearTimeout(deadline);
      socket.off('data', add);
      socket.off('close', finish);
      socket.pause();
      resolve(text);
    };
    const add = (bytes: Buffer): void => {
      text += bytes.toString('latin1');
      if (text.endsWith('\n')) finish();
    };
    socket.on('data', add);
    socket.on('close', finish);
    socket.resume();
  });
}
