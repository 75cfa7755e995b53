import { beforeEach, describe, expect, it } from '@jest/globals';
import { WorkerPool, type WorkerProcess } from '../../../src/app/worker-pool.js';
import type { FromWorker, ListeningAt, ToWorker } from '../../../src/app/worker-messages.js';
import type { Log } from '../../../src/base/log.js';
import { configOf } from '../../config-file.js';
import { SETTLE_MS, WORKER_CLOSE_MS } from '../../../src/app/stop-times.js';
import { VirtualTime } from '../../virtual-time.js';

const AT: readonly ListeningAt[] = [{ key: 'smtp.listen', host: '127.0.0.1', port: 2525 }];

class FakeWorker implements WorkerProcess {
  readonly heard: ToWorker[] = [];
  isKilled = false;
  #message: (message: FromWorker) => void = () => undefined;
  #exit: (how: string) => void = () => undefined;

  readonly pid: number;

  constructor(pid: number) {
    this.pid = pid;
  }

  send(message: ToWorker): void {
    this.heard.push(message);
  }

  kill(): void {
    this.isKilled = true;
    this.exit('SIGKILL');
  }

  onMessage(hear: (message: FromWorker) => void): void {
    this.#message = hear;
  }

  onExit(hear: (how: string) => void): void {
    this.#exit = hear;
  }

  say(message: FromWorker): void {
    this.#message(message);
  }

  exit(how: string): void {
    this.#exit(how);
  }

  kinds(): readonly string[] {
    return this.heard.map(({ kind }) => kind);
  }
}

describe('the workers of a node', () => {
  let time: VirtualTime;
  let workers: FakeWorker[];
  let lines: string[];
  let pool: WorkerPool;
  let forkFails: boolean;
  let dead: number[];

  beforeEach(() => {
    time = new VirtualTime();
    workers = [];
    lines = [];
    dead = [];
    forkFails = false;
    const log: Log = { write: (event) => lines.push(event), with: () => log };
    pool = new WorkerPool({
      count: 2,
      fork: () => {
        if (forkFails) throw new Error('spawn ENOMEM');
        const forked = new FakeWorker(100 + workers.length);
        workers.push(forked);
        queueMicrotask(() => forked.say({ kind: 'hears' }));
        return forked;
      },
      begin: (serial) => ({
        kind: 'begin',
        config: configOf(undefined),
        processName: `mx/${serial}`,
        ticketKeys: new Uint8Array(48),
        proofKey: new Uint8Array(32),
      }),
      onDeath: (serial) => dead.push(serial),
      answerTally: async ({ id }) => ({ id, sum: 7 }),
      timers: time,
      log,
    });
  });

  function worker(index: number): FakeWorker {
    const found = workers[index];
    if (found === undefined) throw new Error(`no worker ${index} was started`);
    return found;
  }

  async function started(): Promise<void> {
    const starting = pool.start();
    for (const one of workers) one.say({ kind: 'up', listening: AT });
    await starting;
  }

  it('serve when all of them are up, each told a name of its own', async () => {
    const starting = pool.start();
    expect(workers.map(({ heard }) => heard)).toEqual([[], []]); // it would be lost
    await time.advance(0);
    expect(workers.map(({ heard }) => heard)).toMatchObject([
      [{ kind: 'begin', processName: 'mx/1' }],
      [{ kind: 'begin', processName: 'mx/2' }],
    ]);
    worker(0).say({ kind: 'up', listening: AT });
    expect(pool.upCount).toBe(1);
    worker(1).say({ kind: 'up', listening: AT });
    expect(await starting).toEqual(AT);
    expect(pool.upCount).toBe(2);
  });

  it('that cannot serve at the start fail it with their reason', async () => {
    const starting = pool.start();
    worker(0).say({ kind: 'failed', code: 'listen-failed', says: 'port 25 is taken' });
    await expect(starting).rejects.toMatchObject({ code: 'listen-failed', message: 'port 25 is taken' });
  });

  it('that die at the start fail it', async () => {
    const starting = pool.start();
    worker(1).exit('code 3');
    await expect(starting).rejects.toMatchObject({ code: 'worker-died' });
  });

  it('are replaced when they die, at growing intervals while they keep dying', async () => {
    await started();
    worker(0).exit('SIGSEGV');
    expect(pool.upCount).toBe(1);
    await time.advance(99);
    expect(workers).toHaveLength(2);
    await time.advance(1);
    expect(workers).toHaveLength(3);
    worker(2).exit('SIGSEGV');
    await time.advance(199);
    expect(workers).toHaveLength(3);
    await time.advance(1);
    worker(3).say({ kind: 'up', listening: AT });
    await time.advance(0);
    expect(pool.upCount).toBe(2);
    expect(lines).toEqual(['worker.died', 'worker.died', 'worker.replaced']);
    expect(dead).toEqual([1, 3]);
    expect(worker(3).heard).toMatchObject([{ kind: 'begin', processName: 'mx/4' }]);
  });

  it('are tried again later when the machine makes no process for one', async () => {
    await started();
    forkFails = true;
    worker(0).exit('SIGKILL');
    await time.advance(100);
    forkFails = false;
    await time.advance(200);
    worker(2).say({ kind: 'up', listening: AT });
    expect([lines, pool.upCount]).toEqual([['worker.died', 'worker.not-started', 'worker.replaced'], 2]);
  });

  it('are replaced at once again after one that lived for a minute', async () => {
    await started();
    worker(0).exit('SIGSEGV');
    await time.advance(100);
    worker(2).say({ kind: 'up', listening: AT });
    await time.advance(60_000);
    worker(2).exit('SIGSEGV');
    await time.advance(100);
    expect(workers).toHaveLength(4);
  });

  it('say their figures; one that does not answer is left out', async () => {
    await started();
    const asked = pool.metrics();
    const request = worker(0).heard.find((message) => message.kind === 'metrics-wanted');
    worker(0).say({ kind: 'metrics', request: request?.request ?? 0, snapshot: [{ name: 'a' }] });
    await time.advance(2000);
    expect(await asked).toEqual([[{ name: 'a' }]]);
  });

  it('are answered about tallies', async () => {
    await started();
    worker(1).say({ kind: 'tally', request: { id: 5, name: 'x', by: 1, windowMs: 1000 } });
    await time.advance(0);
    expect(worker(1).heard.at(-1)).toEqual({ kind: 'tally', reply: { id: 5, sum: 7 } });
    expect(worker(0).kinds()).not.toContain('tally');
  });

  it('are told what another one has proven', async () => {
    await started();
    const message = { kind: 'login-proven', proof: { login: 'a@x.test', digest: Buffer.alloc(32) } } as const;
    worker(0).say(message);
    expect(worker(1).heard.at(-1)).toEqual(message);
    expect(worker(0).kinds()).not.toContain('login-proven');
  });

  it('are given time to finish, and none is started again', async () => {
    await started();
    const stopping = pool.stop(10_000);
    expect(worker(0).heard.at(-1)).toEqual({ kind: 'drain', ms: 10_000 });
    worker(0).exit('code 0');
    worker(1).exit('code 0');
    await stopping;
    await time.advance(60_000);
    expect(workers).toHaveLength(2);
    expect(lines).toEqual([]);
  });

  it('that do not end in time are killed', async () => {
    await started();
    const stopping = pool.stop(10_000);
    worker(0).exit('code 0');
    await time.advance(10_000 + SETTLE_MS + WORKER_CLOSE_MS - 1);
    expect(worker(1).isKilled).toBe(false);
    await time.advance(1);
    expect(worker(1).isKilled).toBe(true);
    await stopping;
  });
});
