// A way to a ring that can be closed and opened again, so that a ring which other tests use is gone for one node only.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

export interface RingPlace {
  readonly host: string;
  readonly port: number;
}

export class WayToRing {
  readonly #ring: RingPlace;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  private constructor(ring: RingPlace) {
    this.#ring = ring;
  }

  static async open(ring: RingPlace): Promise<WayToRing> {
    const way = new WayToRing(ring);
    await way.open();
    return way;
  }

  /** The same each time it is open. */
  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    const server = createServer((client) => this.#carry(client));
    server.listen({ host: '127.0.0.1', port: this.#port });
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port; // of a TCP server that listens
    this.#server = server;
  }

  /** As if the ring's machine had been stopped: connections are reset, and new ones refused. */
  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #carry(client: Socket): void {
    const ring = connect(this.#ring);
    for (const socket of [client, ring]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        ring.destroy();
      });
    }
    client.pipe(ring).pipe(client);
  }
}
