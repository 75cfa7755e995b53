import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { MailNode } from '../mail-node.js';
import { oneNodeRingSettings } from '../ring-addresses.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { MIB, provesRoundTrips } from './round-trips.js';

describe('a message on a ring of one node', () => {
  const folder = new TemporaryFolder();
  let node: MailNode | undefined;
  beforeAll(async () => {
    node = await MailNode.start({
      data: join(folder.path, 'data'),
      set: oneNodeRingSettings('round_trips'),
    });
  }, 120_000);
  afterAll(async () => {
    await node?.stop();
    folder.remove();
  }, 30_000);

  // many chunks; 50 MiB take a small ring most of a minute
  provesRoundTrips(
    () => {
      if (node === undefined) throw new Error('the node did not start');
      return node;
    },
    { largestBytes: 4 * MIB },
  );
});
