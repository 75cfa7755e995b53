import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RingFolder } from '../../../../src/lab/ring/ring-folder.js';
import {
  withNode,
  withoutNode,
  type NodeRecord,
  type RingRecord,
} from '../../../../src/lab/ring/ring-record.js';
import { failureFrom, failureOfPromise } from '../../../failure-from.js';
import { TemporaryFolder } from '../../../temporary-folder.js';

const record: RingRecord = {
  format: 1,
  settings: {
    clusterName: 'test',
    firstAddress: '127.0.0.1',
    nativePort: 9042,
    storagePort: 7000,
    heapMiB: 384,
    commitlog: 'group',
    wantsPassword: false,
    usesTls: false,
    overrides: {},
    environment: {},
  },
  isFormed: true,
  nodes: [1, 2].map(node),
};

function node(number: number): NodeRecord {
  return { number, address: `127.0.0.${number}`, jmxPort: 7198 + number, token: '0', bootstraps: false };
}

describe('the folder of a ring', () => {
  const temporary = { current: new TemporaryFolder() };
  const folder = (): RingFolder => new RingFolder(join(temporary.current.path, 'ring'));
  beforeEach(() => {
    temporary.current = new TemporaryFolder();
  });
  afterEach(() => temporary.current.remove());

  it('holds no ring at first', () => {
    expect(folder().read()).toBeUndefined();
  });

  it('gives back what was written, to another process, too', () => {
    folder().write(record);
    expect(folder().read()).toEqual(record);
  });

  it.each(['{"format": 1', '{"format": 99}', '[]', 'null'])(
    'refuses the damaged or strange record %s',
    (text) => {
      folder().write(record);
      writeFileSync(join(folder().path, 'ring.json'), text);
      expect(failureFrom(() => folder().read()).code).toBe('lab-ring-failed');
    },
  );

  it('lets one command at a time in', async () => {
    await folder().whileLocked(async () => {
      const second = await failureOfPromise(folder().whileLocked(async () => undefined));
      expect(second.message).toContain(`(process ${process.pid})`);
    });
    await expect(folder().whileLocked(async () => 'free again')).resolves.toBe('free again');
  });

  it('is free again after a command that failed', async () => {
    const failing = folder().whileLocked(async () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await expect(folder().whileLocked(async () => 'free')).resolves.toBe('free');
  });

  it('does not wait for a command that has died', async () => {
    folder().write(record);
    writeFileSync(join(folder().path, 'lock'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
    await expect(folder().whileLocked(async () => 'mine')).resolves.toBe('mine');
  });

  it('is removed with everything that is a ring’s', () => {
    folder().write(record);
    temporary.current.write({ 'ring/node-1/data/x': '', 'ring/node-12/logs/x': '', 'ring/tls/ring.pem': '' });
    folder().remove();
    expect(existsSync(folder().path)).toBe(false);
  });

  it('is not removed with what is somebody else’s', () => {
    folder().write(record);
    temporary.current.write({ 'ring/node-1/data/x': '', 'ring/thesis.tex': '' });
    folder().remove();
    expect(existsSync(join(folder().path, 'thesis.tex'))).toBe(true);
    expect(existsSync(join(folder().path, 'node-1'))).toBe(false);
  });
});

describe('the record of a ring', () => {
  it('has its nodes in order, each once', () => {
    const changed = withNode(withNode(record, { ...node(1), jmxPort: 5 }), node(3));
    expect(changed.nodes.map(({ number, jmxPort }) => [number, jmxPort])).toEqual([
      [1, 5],
      [2, 7200],
      [3, 7201],
    ]);
  });

  it('forgets a node that has left', () => {
    expect(withoutNode(record, 1).nodes.map(({ number }) => number)).toEqual([2]);
  });
});
