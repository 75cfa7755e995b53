import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { logEvents } from '../../../src/base/log-events.js';
import { projectRoot } from '../../project-root.js';

describe('the table of log events', () => {
  it.each(Object.entries(logEvents))('names %s by who and what, with one sentence', (name, { means }) => {
    expect(name).toMatch(/^[a-z][a-z0-9]*\.[a-z]+(-[a-z]+)*$/);
    expect(means).toMatch(/^[A-Z].*\.$/);
  });
});

/** What a process of its own writes: two lines in a child log, one below the level, and an error in the fields. */
function written(format: 'json' | 'pretty'): { readonly stdout: string; readonly lines: readonly string[] } {
  const program = join(projectRoot, 'dist/test/unit/base/log-writer.js');
  const { stdout, stderr } = spawnSync(process.execPath, [program, format], { encoding: 'utf8' });
  return { stdout, lines: stderr.trimEnd().split('\n') };
}

describe('the log', () => {
  it('writes one JSON object a line, to standard error', () => {
    const { stdout, lines } = written('json');
    expect(stdout).toBe('');
    const records = lines.map((line): unknown => JSON.parse(line));
    expect(records).toEqual([
      expect.objectContaining({ level: 'info', event: 'node.started', worker: 3, url: 'http://[::1]:8080' }),
      expect.objectContaining({
        level: 'warn',
        event: 'ring.node-down',
        worker: 3,
        host: '10.0.0.1\n{"level":60}',
      }),
      expect.objectContaining({ level: 'info', event: 'node.stopped' }), // after a change of the level
      expect.objectContaining({ level: 'error', event: 'node.failed' }),
    ]);
  });

  it('leaves out what is below its level', () => {
    expect(written('json').lines.join('\n')).not.toContain('node.stopping');
  });

  it('tells a failure by its code, message and cause, without a stack', () => {
    const record: unknown = JSON.parse(written('json').lines[3] ?? '');
    expect(record).toHaveProperty('error', {
      code: 'store-damaged',
      message: 'the disk is gone',
      cause: { name: 'Error', message: 'EIO' },
    });
  });

  it('is written for people on a terminal', () => {
    const [first = ''] = written('pretty').lines;
    expect(first).toMatch(/INFO.*node\.started/);
    expect(first).not.toContain('{');
  });
});
