import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { MailNode } from '../mail-node.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { MIB, provesRoundTrips } from './round-trips.js';

describe('a message on the embedded store', () => {
  const folder = new TemporaryFolder();
  let node: MailNode | undefined;
  beforeAll(async () => {
    node = await MailNode.start({ data: join(folder.path, 'data') });
  }, 90_000);
  afterAll(async () => {
    await node?.stop();
    folder.remove();
  }, 30_000);

  // the largest that is taken
  provesRoundTrips(
    () => {
      if (node === undefined) throw new Error('the node did not start');
      return node;
    },
    { largestBytes: 50 * MIB },
  );
});
