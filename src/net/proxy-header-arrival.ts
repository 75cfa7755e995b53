// Waits for a PROXY header on a socket, however its bytes come in, and puts back what came behind it.
import type { Socket } from 'node:net';
import type { Timers } from '../base/clock.js';
import { readProxyHeader } from './proxy-header.js';
import { malformed, type ProxyReading } from './proxy-reading.js';

/** A load balancer sends it in its first packet. */
const PATIENCE_MS = 5_000;

/** Never *incomplete*. Undefined: the other side closed without a word, as in a health check. */
export function arrivedProxyHeader(
  socket: Socket,
  timers: Timers,
): Promise<Exclude<ProxyReading, { state: 'incomplete' }> | undefined> {
  return new Promise((resolve) => {
    let pieces: Buffer[] = [];
    let arrived = 0;
    let needed = 1;
    const finish = (reading: Exclude<ProxyReading, { state: 'incomplete' }> | undefined): void => {
      cancel();
      socket.off('readable', look);
      socket.off('end', leave);
      socket.off('close', leave);
      resolve(reading);
    };
    const leave = (): void => finish(arrived === 0 ? undefined : malformed('the connection ended within it'));
    const look = (): void => {
      for (let piece = next(socket); piece !== null; piece = next(socket)) {
        pieces.push(piece);
        arrived += piece.length;
      }
      if (arrived < needed) return;
      const bytes = Buffer.concat(pieces);
      const reading = readProxyHeader(bytes);
      if (reading.state === 'incomplete') {
        pieces = [bytes];
        needed = reading.bytes;
        return;
      }
      finish(reading);
      if (reading.state === 'complete' && arrived > reading.bytes)
        socket.unshift(bytes.subarray(reading.bytes));
    };
    const cancel = timers.after(PATIENCE_MS, () => finish(malformed('it did not come in time')));
    socket.on('readable', look);
    socket.on('end', leave);
    socket.on('close', leave);
  });
}

/** Without an encoding a socket gives Buffers. */
function next(socket: Socket): Buffer | null {
  return socket.read() as Buffer | null;
}
