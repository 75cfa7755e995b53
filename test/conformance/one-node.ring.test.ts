import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { MailNode } from '../mail-node.js';
import { keyspaceName, oneNodeRing } from '../ring-addresses.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { proveAll } from './prove-all.js';

describe('on a ring of one node', () => {
  const folder = new TemporaryFolder();
  let node: MailNode | undefined;
  beforeAll(async () => {
    const { contactPoints, port } = oneNodeRing();
    node = await MailNode.start({
      data: join(folder.path, 'data'),
      set: [
        'store.kind=cassandra',
        `store.cassandra.contactPoints=${JSON.stringify(contactPoints)}`,
        `store.cassandra.port=${port}`,
        `store.cassandra.keyspace=${keyspaceName('conformance')}`,
        'store.cassandra.replicationFactor=1',
      ],
    });
  }, 120_000);
  afterAll(async () => {
    await node?.stop();
    folder.remove();
  }, 30_000);

  proveAll(() => {
    if (node === undefined) throw new Error('the node did not start');
    return node;
  });
});
