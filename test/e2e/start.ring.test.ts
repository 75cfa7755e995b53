import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { addressRun, freePort } from '../../src/lab/ring/addresses.js';
import { systemRandom } from '../../src/base/random.js';
import { keyspaceName, oneNodeRing } from '../ring-addresses.js';
import { NodeProcess } from './node-process.js';

/** On a busy machine a process takes seconds to start. */
jest.setTimeout(90_000);

describe('cassmail start on a ring', () => {
  let nodes: NodeProcess[] = [];
  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.stop('SIGKILL')));
    nodes = [];
  });

  function start(settings: Readonly<Record<string, string | number>>): NodeProcess {
    const words = Object.entries({ kind: 'cassandra', ...settings }).flatMap(([key, value]) => [
      '--set',
      `store.${key}=${value}`,
    ]);
    const node = new NodeProcess(words);
    nodes.push(node);
    return node;
  }

  it('makes its tables, says what an acknowledgement promises, and ends with 0', async () => {
    const { contactPoints, port } = oneNodeRing();
    const settings = {
      'cassandra.contactPoints': `[${contactPoints.join(',')}]`,
      'cassandra.port': port,
      'cassandra.keyspace': keyspaceName('start'),
      'cassandra.replicationFactor': 1,
    };
    const node = start(settings);
    await node.line('schema.applied');
    expect(await node.line('store.promise')).toMatchObject({
      says: expect.stringContaining('commit log group'),
    });
    await node.line('node.started');
    expect(await node.stop()).toBe(0);
  });

  it('waits for a ring that is not there, says so once, and can be stopped meanwhile', async () => {
    const port = await freePort(addressRun('127.0.0.1', 1), systemRandom);
    const node = start({ 'cassandra.port': port });
    expect(await node.line('ring.waiting')).toMatchObject({ code: 'ring-unreachable' });
    await new Promise((resolve) => {
      setTimeout(resolve, 3000); // several attempts
    });
    expect(node.countOf('ring.waiting')).toBe(1);
    expect(await node.stop()).toBe(0);
  });
});
