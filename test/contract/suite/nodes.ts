// Nodes: each is known by its latest announcement until it withdraws.
import { expect } from '@jest/globals';
import type { NodeRecord } from '../../../src/store/types.js';
import type { Case } from './case.js';
import type { Ground } from './ground.js';

export const nodeCases: readonly Case[] = [
  {
    title: 'a node that announced itself is listed by every process, as it said',
    run: async (ground) => {
      const nodes = [newNode(ground, ['smtp', 'pop3']), newNode(ground, [])];
      for (const node of nodes) await ground.store.nodes.announce(node, ground.budget());
      for (const node of nodes) expect(await recordsOf(ground, node.name)).toEqual([node]);
    },
  },
  {
    title: 'a later announcement replaces the former as a whole',
    run: async (ground) => {
      const node = newNode(ground, ['smtp', 'gateway']);
      await ground.store.nodes.announce(node, ground.budget());
      const later = {
        ...node,
        roles: ['admin'],
        url: 'http://10.0.0.9:8080',
        heartbeatAtMs: node.heartbeatAtMs + 5,
      };
      await ground.store.nodes.announce(later, ground.budget());
      await ground.store.nodes.announce(later, ground.budget());
      expect(await recordsOf(ground, node.name)).toEqual([later]);
    },
  },
  {
    title: 'a node that withdrew is not listed any more, and may withdraw again',
    run: async (ground) => {
      const [staying, leaving] = [newNode(ground, ['smtp']), newNode(ground, ['smtp'])];
      await ground.store.nodes.announce(staying, ground.budget());
      await ground.store.nodes.announce(leaving, ground.budget());
      await ground.store.nodes.withdraw(leaving.name, ground.budget());
      await ground.store.nodes.withdraw(leaving.name, ground.budget());
      expect(await recordsOf(ground, leaving.name)).toEqual([]);
      expect(await recordsOf(ground, staying.name)).toEqual([staying]);
    },
  },
];

function newNode(ground: Ground, roles: readonly string[]): NodeRecord {
  const nowMs = Date.now();
  return {
    name: ground.name('node'),
    url: 'http://127.0.0.1:8080',
    roles,
    version: '0.1.0',
    startedAtMs: nowMs - 60_000,
    heartbeatAtMs: nowMs,
  };
}

async function recordsOf(ground: Ground, name: string): Promise<readonly NodeRecord[]> {
  return (await ground.other.nodes.list(ground.budget())).filter((node) => node.name === name);
}
