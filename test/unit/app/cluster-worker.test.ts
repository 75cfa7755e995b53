import { spawnSync } from 'node:child_process';
import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { workerFlags, workerProcess } from '../../../src/app/cluster-worker.js';
import { settled } from '../../virtual-time.js';

function worker(pid: number | undefined): { readonly events: EventEmitter; readonly heard: string[] } {
  const events = new EventEmitter();
  const heard: string[] = [];
  workerProcess(Object.assign(events, { process: { pid } }) as unknown as Worker).onExit((how) =>
    heard.push(how),
  );
  return { events, heard };
}

describe('the exit of a worker process', () => {
  it('is heard with its code or signal', async () => {
    const [one, two] = [worker(7), worker(8)];
    one.events.emit('exit', 3, null);
    two.events.emit('exit', null, 'SIGKILL');
    await settled();
    expect([one.heard, two.heard]).toEqual([['code 3'], ['SIGKILL']]);
  });

  it('is the error, once, where it could not be started', async () => {
    const { events, heard } = worker(undefined);
    events.emit('error', new Error('spawn EAGAIN'));
    events.emit('exit', -11, null);
    await settled();
    expect(heard).toEqual(['spawn EAGAIN']);
  });

  it('is not an error of one that runs', async () => {
    const { events, heard } = worker(7);
    events.emit('error', new Error('kill EPERM'));
    await settled();
    expect(heard).toEqual([]);
  });
});

describe('the flags that a worker is started with', () => {
  it('are known to Node.js and count beside those of the primary, which count for more', () => {
    const MIB = 2 ** 20;
    const old = '--max-old-space-size=512';
    expect(heapLimitOf([old])).toBe((512 + 3 * 64) * MIB);
    expect(heapLimitOf([old, '--max-semi-space-size=16'])).toBe((512 + 3 * 16) * MIB);
  });
});

function heapLimitOf(own: readonly string[]): number {
  const says = "process.stdout.write(String(require('node:v8').getHeapStatistics().heap_size_limit))";
  const { stdout, stderr } = spawnSync(process.execPath, [...workerFlags(own), '-e', says]);
  expect(stderr.toString()).toBe('');
  return Number(stdout);
}
