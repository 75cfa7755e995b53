// Which addresses and ports a ring listens on. Every node has an address of its own and all share the client and the
// storage port, because that is how drivers find their way from one node to the rest. JMX alone is bound to 127.0.0.1
// by all of them, so there each needs its own port.
import { createServer, isIPv4 } from 'node:net';
import type { Random } from '../../base/random.js';
import { Failure } from '../../base/failure.js';

export type Availability = 'free' | 'in-use' | 'no-such-address';

/** Where JMX listens whatever else a node listens on. */
export const JMX_ADDRESS = '127.0.0.1';

/** Below the range from which systems take the ports of outgoing connections. */
const FREE_PORTS = { first: 12_000, count: 18_000 };
const TRIES = 50;

/** `127.0.0.1` and 2 more is `127.0.0.1`, `127.0.0.2`, `127.0.0.3`. */
export function addressRun(first: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, offset) => addressAfter(first, offset));
}

export function addressAfter(first: string, offset: number): string {
  const value = first.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The text itself where it is an IPv4 address. */
export function parseAddress(text: string): string | undefined {
  return isIPv4(text) ? text : undefined;
}

/** Linux has all of 127.0.0.0/8; macOS has 127.0.0.1 until told otherwise. */
export function aliasCommands(addresses: readonly string[]): string {
  return addresses.map((address) => `sudo ifconfig lo0 alias ${address}`).join(' && ');
}

export async function availability(address: string, port: number): Promise<Availability> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('in-use');
      else if (error.code === 'EADDRNOTAVAIL') resolve('no-such-address');
      else reject(error);
    });
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve('free')));
  });
}

/** Those that this machine does not have. */
export async function missingAddresses(addresses: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(addresses.map((address) => availability(address, 0)));
  return addresses.filter((_, index) => found[index] === 'no-such-address');
}

/** A port nobody listens on at any of these addresses, nor in `taken`. */
export async function freePort(
  addresses: readonly string[],
  random: Random,
  taken: readonly number[] = [],
): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = FREE_PORTS.first + Math.floor(random.fraction() * FREE_PORTS.count);
    if (taken.includes(port)) continue;
    const found = await Promise.all(addresses.map((address) => availability(address, port)));
    if (found.every((state) => state === 'free')) return port;
  }
  throw new Failure('lab-ring-failed', `found no free port at ${addresses.join(', ')} in ${TRIES} tries`);
}
