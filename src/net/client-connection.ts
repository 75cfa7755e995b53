// A client that has come in through a listener: within the limits, its PROXY header read where one was due, its TLS
// handshake done where TLS comes first.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** Who talks to whom. IPv4 is written as IPv4, also where the socket is one for IPv6. */
export interface Ends {
  /** The client's own address: as the PROXY header says, where there was one. */
  readonly client: { readonly address: string; readonly port: number };
  /** What the client connected to. */
  readonly local: { readonly address: string; readonly port: number };
}

export interface ClientConnection extends Pick<Ends, 'client'> {
  /**
   * Nothing was read of what the client itself said. An error at any time is harmless, whether or not anybody listens
   * for it; 'close' always follows.
   */
  readonly socket: Socket | TLSSocket;
  /** TLS came before anything else. */
  readonly isSecure: boolean;
}

/** A protocol server: what listeners hand their connections to. */
export interface ConnectionHandler {
  handle(connection: ClientConnection): void;
  /**
   * The client is one too many: says so in the protocol's words and closes. Never called where TLS comes first (a
   * handshake is more than such a client may cost); the socket is destroyed after a second, whatever happens.
   */
  refuse(connection: ClientConnection): void;
  /** Ends what is idle at once, lets the rest finish until `ms` have passed. Resolves when no connection is left. */
  drain(ms: number): Promise<void>;
}
