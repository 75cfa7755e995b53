// That the rings of the test run are what their suites believe them to be.
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { oneNodeRing, threeNodeRing, type RingAddress } from './ring-addresses.js';

async function answeringNodes({ contactPoints, port }: RingAddress): Promise<number> {
  const sockets = contactPoints.map((host) => createConnection({ host, port }));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) socket.destroy();
  return sockets.length;
}

describe('the rings of a test run', () => {
  it('are one node on a port of its own', async () => {
    expect(await answeringNodes(oneNodeRing())).toBe(1);
  });

  it('and three nodes that answer each at its address', async () => {
    expect(await answeringNodes(threeNodeRing())).toBe(3);
  });
});
