// A client that has come in through a listener: within the limits, its PROXY header read where one was due, its TLS
// handshake done where TLS comes first.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

export interface ClientConnection {
  /** Nothing was read of what the client itself said; errors after this point are the protocol's to hear. */
  readonly socket: Socket | TLSSocket;
  /** The client's own address: as the PROXY header says, where there was one. */
  readonly client: { readonly address: string; readonly port: number };
  /** What the client connected to. */
  readonly local: { readonly address: string; readonly port: number };
  /** TLS came before anything else. */
  readonly isSecure: boolean;
}

/** A protocol server: what listeners hand their connections to. */
export interface ConnectionHandler {
  handle(connection: ClientConnection): void;
  /** The client is one too many: says so in the protocol's words and closes. */
  refuse(connection: ClientConnection): void;
  /** Ends what is idle at once, lets the rest finish until `ms` have passed. Resolves when no connection is left. */
  drain(ms: number): Promise<void>;
}
