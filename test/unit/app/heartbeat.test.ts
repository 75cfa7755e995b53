import { beforeEach, describe, expect, it } from '@jest/globals';
import { Heartbeat } from '../../../src/app/heartbeat.js';
import { Failure } from '../../../src/base/failure.js';
import type { Log } from '../../../src/base/log.js';
import type { LogEvent } from '../../../src/base/log-events.js';
import type { NodeStore } from '../../../src/store/api/nodes.js';
import type { NodeRecord } from '../../../src/store/types.js';
import { VirtualTime } from '../../virtual-time.js';

const STARTED_AT_MS = Date.UTC(2026, 5, 1);
const node = { name: 'mx1/0a', url: 'http://10.0.0.1:8080', roles: ['smtp'], version: '1.2.3' };

class MemoryNodes implements NodeStore {
  readonly announced: NodeRecord[] = [];
  readonly withdrawn: string[] = [];
  trouble: Error | undefined;

  async announce(record: NodeRecord): Promise<void> {
    if (this.trouble !== undefined) throw this.trouble;
    this.announced.push(record);
  }

  async withdraw(name: string): Promise<void> {
    if (this.trouble !== undefined) throw this.trouble;
    this.withdrawn.push(name);
  }

  async list(): Promise<readonly NodeRecord[]> {
    return this.announced;
  }
}

describe('the heartbeat of a node', () => {
  let time: VirtualTime;
  let nodes: MemoryNodes;
  let events: LogEvent[];
  let heartbeat: Heartbeat;

  beforeEach(() => {
    time = new VirtualTime(STARTED_AT_MS);
    nodes = new MemoryNodes();
    events = [];
    const log: Log = { write: (event) => events.push(event), with: () => log };
    heartbeat = new Heartbeat(node, { nodes, clock: time, timers: time, log });
  });

  it('announces the node at once and every five seconds, with the time of its start and of the beat', async () => {
    await heartbeat.start();
    await time.advance(10_000);
    expect(nodes.announced.map((record) => record.heartbeatAtMs - STARTED_AT_MS)).toEqual([0, 5000, 10_000]);
    expect(nodes.announced.at(-1)).toEqual({
      ...node,
      startedAtMs: STARTED_AT_MS,
      heartbeatAtMs: STARTED_AT_MS + 10_000,
    });
  });

  it('says once that it fails, goes on, says that it works again, and only then that it fails again', async () => {
    await heartbeat.start();
    nodes.trouble = new Failure('store-unavailable', 'one of two replicas');
    await time.advance(15_000);
    expect(events).toEqual(['node.heartbeat-failed']);
    nodes.trouble = undefined;
    await time.advance(5000);
    expect(nodes.announced).toHaveLength(2);
    nodes.trouble = new Failure('store-unavailable', 'one of two replicas');
    await time.advance(5000);
    expect(events).toEqual(['node.heartbeat-failed', 'node.heartbeat-again', 'node.heartbeat-failed']);
  });

  it('takes the record away when the node leaves, and beats no more', async () => {
    await heartbeat.start();
    await heartbeat.stop();
    await time.advance(60_000);
    expect(nodes.withdrawn).toEqual(['mx1/0a']);
    expect(nodes.announced).toHaveLength(1);
    expect(time.pending).toBe(0);
  });

  it('lets the node leave when the store cannot be reached', async () => {
    await heartbeat.start();
    nodes.trouble = new Failure('store-unavailable', 'none');
    await heartbeat.stop();
    expect(events).toEqual(['node.heartbeat-failed']);
  });
});
