// A node for a whole suite: it starts before the first test and stops after the last, when its data goes too.
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { MailNode } from './mail-node.js';
import { TemporaryFolder } from './temporary-folder.js';

/** On a busy machine, and on a ring whose tables are made first. */
const START_MS = 120_000;
const STOP_MS = 30_000;

/** To be called where the suite is described; what it gives is for its tests and their set-up. */
export function nodeOfSuite(
  set: readonly string[] | (() => readonly string[]) = [],
  environment: Readonly<Record<string, string>> = {},
): () => MailNode {
  const folder = new TemporaryFolder();
  let node: MailNode | undefined;
  beforeAll(async () => {
    const settings = typeof set === 'function' ? set() : set; // what an earlier `beforeAll` made known
    node = await MailNode.start({ data: join(folder.path, 'data'), set: settings, environment });
  }, START_MS);
  afterAll(async () => {
    await node?.stop();
    folder.remove();
  }, STOP_MS);

  return () => {
    if (node === undefined) throw new Error('the node did not start');
    return node;
  };
}
