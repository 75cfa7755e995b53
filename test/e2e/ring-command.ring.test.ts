// `cassmail ring` as a person uses it: the real command, real nodes, real signals. One ring lives through all of it,
// in the order of the tests, because a node takes seconds to start.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../src/base/random.js';
import { systemTimers } from '../../src/base/clock.js';
import { addressRun, freePort } from '../../src/lab/ring/addresses.js';
import { stateOf, type ProcessMark } from '../../src/lab/ring/machine/process-mark.js';
import { RingFolder } from '../../src/lab/ring/ring-folder.js';
import type { NodeStatus } from '../../src/lab/ring/ring-status.js';
import { projectRoot } from '../project-root.js';
import { TemporaryFolder } from '../temporary-folder.js';

interface Answer {
  readonly exitCode: number | null;
  readonly output: string;
  readonly complaints: string;
}

const STEP_MS = 120_000;

describe('cassmail ring', () => {
  const temporary = new TemporaryFolder();
  const folder = join(temporary.path, 'ring');
  const seen: ProcessMark[] = [];
  let ports: readonly string[] = [];

  beforeAll(async () => {
    const addresses = addressRun('127.0.0.1', 3);
    const port = await freePort(addresses, systemRandom);
    const storagePort = await freePort(addresses, systemRandom, [port]);
    ports = ['--port', String(port), '--storage-port', String(storagePort)];
  });

  afterAll(async () => {
    await ring('stop', '--wipe');
    temporary.remove();
  }, STEP_MS);

  function begin(...words: readonly string[]): ReturnType<typeof spawn> {
    const command = [join(projectRoot, 'bin/cassmail.js'), 'ring', ...words, '--folder', folder];
    return spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async function ring(...words: readonly string[]): Promise<Answer> {
    const child = begin(...words);
    let [output, complaints] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    await once(child, 'close');
    seen.push(...marks());
    return { exitCode: child.exitCode, output, complaints };
  }

  /** The processes that the ring has, or had at last. */
  function marks(): readonly ProcessMark[] {
    const nodes = new RingFolder(folder).read()?.nodes ?? [];
    return nodes.flatMap(({ process: mark }) => (mark === undefined ? [] : [mark]));
  }

  async function states(): Promise<readonly NodeStatus['state'][]> {
    const { output } = await ring('status', '--json');
    const { nodes } = JSON.parse(output) as { readonly nodes: readonly NodeStatus[] };
    return nodes.map(({ state }) => state);
  }

  async function firstRunning(): Promise<ProcessMark> {
    for (;;) {
      const running = marks().find((mark) => stateOf(mark) === 'running');
      if (running !== undefined) return running;
      await systemTimers.sleep(50);
    }
  }

  it('says that there is none', async () => {
    const answer = await ring('status');
    expect(answer.exitCode).toBe(1);
    expect(answer.complaints).toContain('begin with cassmail ring start');
  });

  it('refuses what it cannot start, naming every mistake', async () => {
    const answer = await ring('start', '--nodes', 'many', '--commitlog', 'never');
    expect(answer.exitCode).toBe(2);
    expect(answer.complaints).toContain('--nodes many');
    expect(answer.complaints).toContain('--commitlog never');
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'leaves no process behind when its start is ended by %s',
    async (signal) => {
      const start = begin('start', '--nodes', '2', ...ports);
      const node = await firstRunning();
      start.kill(signal);
      await once(start, 'close');
      seen.push(node);
      // Whoever was killed could not wait for its nodes to end; its guard ends them a moment later.
      if (signal === 'SIGKILL') while (stateOf(node) !== 'gone') await systemTimers.sleep(50);
      expect(marks().map(stateOf)).toEqual(['gone']);
    },
    STEP_MS,
  );

  it(
    'starts two nodes that agree, and keeps them running',
    async () => {
      const answer = await ring('start', '--nodes', '2', ...ports);
      expect(answer).toMatchObject({ exitCode: 0, output: 'the ring runs until: cassmail ring stop\n' });
      expect(answer.complaints).toMatch(/node 2 answers .*\nthe ring agrees/s);
      const status = await ring('status');
      expect(status.exitCode).toBe(0);
      expect(status.output.match(/ up .* 1 2 NORMAL$/gm)).toHaveLength(2);
    },
    STEP_MS,
  );

  it('does not become another ring', async () => {
    const answer = await ring('start', '--nodes', '3');
    expect(answer.exitCode).toBe(1);
    expect(answer.complaints).toContain('--nodes would be 3 and is 2');
  });

  it('shows a killed node as down, and that not all is well', async () => {
    expect((await ring('kill', '2')).exitCode).toBe(0);
    expect((await ring('status')).exitCode).toBe(1);
    expect(await states()).toEqual(['up', 'down']);
    expect((await ring('kill', '2')).complaints).toContain('node 2 is down');
  });

  it(
    'brings it back on its data',
    async () => {
      expect((await ring('restart', '2')).exitCode).toBe(0);
      expect(await states()).toEqual(['up', 'up']);
    },
    STEP_MS,
  );

  it(
    'pauses a node and lets it go on',
    async () => {
      expect((await ring('pause', '1')).exitCode).toBe(0);
      expect(await states()).toEqual(['paused', 'up']);
      expect((await ring('resume', '1')).exitCode).toBe(0);
      expect(await states()).toEqual(['up', 'up']);
    },
    STEP_MS,
  );

  it(
    'lets a third node join and the second one leave',
    async () => {
      expect((await ring('add')).output).toBe('node 3 has joined\n');
      expect(await states()).toEqual(['up', 'up', 'up']);
      expect((await ring('remove', '2')).exitCode).toBe(0);
      expect((await ring('status')).output.match(/ up .* 1 3 NORMAL$/gm)).toHaveLength(2);
    },
    STEP_MS,
  );

  it(
    'says why a node that cannot start has ended, and where its log is',
    async () => {
      await ring('kill', '3');
      const config = join(folder, 'node-3', 'data');
      expect(existsSync(config)).toBe(true);
      const record = new RingFolder(folder).read();
      if (record === undefined) throw new Error('the ring is lost');
      const settings = { ...record.settings, overrides: { memtable_flush_writers: 'many' } };
      new RingFolder(folder).write({ ...record, settings });
      const answer = await ring('restart', '3');
      new RingFolder(folder).write(record);
      expect(answer.exitCode).toBe(1);
      expect(answer.complaints).toContain('node 3 at 127.0.0.3 has ended');
      expect(answer.complaints).toContain('memtable_flush_writers');
      expect(answer.complaints).toContain(join(folder, 'node-3', 'logs'));
    },
    STEP_MS,
  );

  it(
    'stops without leaving a process or, when told so, anything else',
    async () => {
      expect((await ring('stop')).exitCode).toBe(0);
      expect(seen.length).toBeGreaterThan(5);
      expect(seen.filter((mark) => stateOf(mark) !== 'gone')).toEqual([]);
      expect(readFileSync(join(folder, 'ring.json'), 'utf8')).toContain('"isFormed": true');
      expect((await ring('stop', '--wipe')).output).toBe('the ring is gone\n');
      expect(existsSync(folder)).toBe(false);
    },
    STEP_MS,
  );
});
