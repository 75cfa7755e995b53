import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { MailNode } from '../mail-node.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { conformanceSettings, proveAll } from './prove-all.js';

describe('on the embedded store', () => {
  const folder = new TemporaryFolder();
  let node: MailNode | undefined;
  beforeAll(async () => {
    node = await MailNode.start({ data: join(folder.path, 'data'), set: conformanceSettings });
  }, 90_000);
  afterAll(async () => {
    await node?.stop();
    folder.remove();
  }, 30_000);

  proveAll(() => {
    if (node === undefined) throw new Error('the node did not start');
    return node;
  });
});
