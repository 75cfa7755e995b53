// A mail host of somebody else's on loopback, for tests, benches and demos: takes mail as a good one would, several
// thousand messages a second, and misbehaves where a script says so.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { RemoteConversation } from './remote-conversation.js';
import { RemoteLedger } from './remote-message.js';
import type { Act, Moment, Point, RemoteScript } from './remote-script.js';

export interface RemoteHostOptions {
  readonly host?: string;
  readonly port?: number;
  readonly name?: string;
  /** What EHLO announces; STARTTLS and AUTH by themselves where they are there. */
  readonly extensions?: readonly string[];
  readonly tls?: TlsOptions;
  readonly login?: { readonly user: string; readonly password: string };
  readonly script?: RemoteScript;
  readonly ledger?: RemoteLedger;
}

export class LabHost {
  readonly name: string;
  readonly ledger: RemoteLedger;
  readonly options: RemoteHostOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #counts = new Map<Point, number>();
  #script: RemoteScript;
  #connections = 0;
  #most = 0;

  private constructor(server: Server, options: RemoteHostOptions) {
    this.#server = server;
    this.options = options;
    this.name = options.name ?? 'remote.example';
    this.ledger = options.ledger ?? new RemoteLedger();
    this.#script = options.script ?? (() => undefined);
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async open(options: RemoteHostOptions = {}): Promise<LabHost> {
    const server = createServer({ noDelay: true });
    server.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1', backlog: 4096 });
    await once(server, 'listening');
    return new LabHost(server, options);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections so far, open at the moment, and open at once at most. */
  get connections(): { readonly total: number; readonly open: number; readonly most: number } {
    return { total: this.#connections, open: this.#sockets.size, most: this.#most };
  }

  /** The addresses that those open at the moment come from. */
  get peers(): readonly string[] {
    return [...this.#sockets].map(({ remoteAddress = '' }) => remoteAddress);
  }

  /** How often this moment of a conversation has come. */
  count(point: Point): number {
    return this.#counts.get(point) ?? 0;
  }

  /** From now on. */
  behave(script: RemoteScript = () => undefined): void {
    this.#script = script;
  }

  actsAt(moment: Omit<Moment, 'count'>): readonly Act[] | undefined {
    const count = this.count(moment.point) + 1;
    this.#counts.set(moment.point, count);
    return this.#script({ ...moment, count });
  }

  /** As a host that restarts: whoever is connected is cut off. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cutAll();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#connections += 1;
    this.#sockets.add(socket);
    this.#most = Math.max(this.#most, this.#sockets.size);
    socket.on('close', () => this.#sockets.delete(socket));
    new RemoteConversation(this, socket, this.#connections).begin();
  }
}
