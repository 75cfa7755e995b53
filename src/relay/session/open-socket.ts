// A TCP connection to one address of a remote host, or why there is none.
import { connect, type Socket } from 'node:net';
import type { Timers } from '../../base/clock.js';
import { TroubleError } from './trouble.js';

export interface SocketTarget {
  readonly address: string;
  readonly port: number;
  /** An address of this machine to call from; undefined: the system chooses. */
  readonly sourceAddress: string | undefined;
}

export function openSocket(
  { address, port, sourceAddress }: SocketTarget,
  timeoutMs: number,
  timers: Timers,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      noDelay: true,
      ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
    });
    const fail = (says: string): void => {
      cancel();
      socket.destroy();
      reject(new TroubleError({ kind: 'unreachable', step: 'connect', says }));
    };
    const cancel = timers.after(timeoutMs, () => fail(`${address} did not take a connection in time`));
    const onError = (error: NodeJS.ErrnoException): void =>
      fail(`${address}: ${error.code ?? error.message}`);
    socket.once('error', onError);
    socket.once('connect', () => {
      cancel();
      socket.off('error', onError);
      socket.pause(); // whoever takes it over reads from the beginning
      resolve(socket);
    });
  });
}
