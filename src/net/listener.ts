// A port on which clients come in. It may be shared with the other workers of a node (node:cluster does that by itself).
import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { Failure } from '../base/failure.js';
import { isError } from '../base/is-error.js';
import type { Door, Reception } from './reception.js';

export interface ListenAddress {
  /** An IP address of this machine. */
  readonly host: string;
  /** 0: the machine chooses. */
  readonly port: number;
}

export interface ListenerOptions extends Door {
  readonly address: ListenAddress;
}

export interface Listener {
  /** With the port that was chosen. */
  readonly address: ListenAddress;
  /** Nobody comes in any more; who had not been handed to the protocol yet is closed. */
  stop(): void;
}

/** Clients that the system keeps for us while the event loop is busy: a burst of them is not turned away. */
const BACKLOG = 1024;

/** Fails with *listen-failed*. */
export async function openListener(options: ListenerOptions, reception: Reception): Promise<Listener> {
  const arriving = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const arrival = reception.receive(socket, options);
    if (arrival === undefined) return;
    arriving.add(socket);
    void arrival.finally(() => arriving.delete(socket));
  });
  const address = await listen(server, options.address);
  server.on('error', (error) => reception.acceptFailed(options.protocol, error));
  return {
    address,
    stop: () => {
      server.close();
      for (const socket of arriving) socket.destroy();
    },
  };
}

async function listen(server: Server, { host, port }: ListenAddress): Promise<ListenAddress> {
  try {
    server.listen({ host, port, backlog: BACKLOG });
    await once(server, 'listening');
  } catch (error) {
    if (!isError(error)) throw error;
    const place = isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
    throw new Failure('listen-failed', `cannot listen at ${place}: ${error.message}`, { cause: error });
  }
  const actual = server.address() as AddressInfo; // of a TCP server that listens
  return { host: actual.address, port: actual.port };
}
