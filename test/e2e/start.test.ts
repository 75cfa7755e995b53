import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TemporaryFolder } from '../temporary-folder.js';
import { NodeProcess } from './node-process.js';

/** On a busy machine a process takes seconds to start. */
jest.setTimeout(90_000);

describe('cassmail start on the embedded store', () => {
  let folder: TemporaryFolder;
  let nodes: NodeProcess[];
  beforeEach(() => {
    folder = new TemporaryFolder();
    nodes = [];
  });
  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.stop('SIGKILL')));
    folder.remove();
  });

  function start(...words: string[]): NodeProcess {
    const node = new NodeProcess([`--set`, `data=${join(folder.path, 'data')}`, ...words]);
    nodes.push(node);
    return node;
  }

  it('says what an acknowledgement promises, runs until SIGTERM, and ends with 0', async () => {
    const node = start();
    expect(await node.line('store.promise')).toMatchObject({
      says: expect.stringContaining('survives a crash'),
    });
    await node.line('node.started');
    expect(await node.stop()).toBe(0);
    expect(node.lines.at(-1)).toMatchObject({ event: 'node.stopped' });
  });

  it('refuses a second node on the same folder in one line, and the first goes on', async () => {
    const first = start();
    await first.line('node.started');
    const second = start();
    expect(await second.line('node.failed')).toMatchObject({ code: 'store-in-use' });
    expect(await second.exitCode()).toBe(1);
    expect(await first.stop('SIGINT')).toBe(0);
  });

  it('starts again after kill -9', async () => {
    const first = start();
    await first.line('node.started');
    await first.stop('SIGKILL');
    const second = start();
    await second.line('node.started');
    expect(await second.stop()).toBe(0);
  });

  it('says that the data folder is a file', async () => {
    writeFileSync(join(folder.path, 'data'), '');
    const node = start();
    expect(await node.line('node.failed')).toMatchObject({ code: 'store-unusable' });
    expect(await node.exitCode()).toBe(1);
  });

  it('says that the data folder cannot be made', async () => {
    const node = start('--set', 'data=/proc/no-folder-of-ours');
    expect(await node.line('node.failed')).toMatchObject({ code: 'store-unusable' });
    expect(await node.exitCode()).toBe(1);
  });

  it('says that the file of the store is damaged, and which', async () => {
    const data = join(folder.path, 'data', 'store');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'data.mdb'), Buffer.alloc(100_000, 'no database'));
    const node = start();
    expect(await node.line('node.failed')).toMatchObject({
      code: 'store-damaged',
      says: expect.stringContaining('data.mdb'),
    });
    expect(await node.exitCode()).toBe(1);
  });
});
