// The command as an operator types it: a process of its own, its output and its exit code.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { projectRoot } from '../project-root.js';
import { TemporaryFolder } from '../temporary-folder.js';

const LAUNCHER = join(projectRoot, 'bin/cassmail.js');

interface Outcome {
  readonly exitCode: number | null;
  readonly printed: string;
  readonly noted: string;
}

describe('the command', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(() => folder.remove());

  function cassmail(words: readonly string[], environment: Record<string, string> = {}): Outcome {
    const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, ...words], {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], ...environment },
      encoding: 'utf8',
      timeout: 20_000,
    });
    return { exitCode: status, printed: stdout.trimEnd(), noted: stderr.trimEnd() };
  }

  it('config check says all errors of a file, and fails', () => {
    folder.write({ 'cassmail.yaml': 'hostnam: a\nlog:\n  level: loud\n' });
    expect(cassmail(['config', 'check'])).toEqual({
      exitCode: 1,
      printed: [
        'cassmail.yaml:1:1: hostnam: there is no such key; did you mean hostname?',
        'cassmail.yaml:3:10: log.level: found "loud"; allowed: debug, info, warn or error',
        'cassmail.yaml: 2 errors',
      ].join('\n'),
      noted: '',
    });
  });

  it('config check is content with a good file, with the example, and with none', () => {
    folder.write({ 'good.yaml': 'workers: 2\n' });
    expect(cassmail(['config', 'check', 'good.yaml'])).toMatchObject({
      exitCode: 0,
      printed: 'good.yaml: no errors',
    });
    expect(cassmail(['config', 'check', '-c', join(projectRoot, 'cassmail.example.yaml')]).exitCode).toBe(0);
    expect(cassmail(['config', 'check'])).toMatchObject({
      exitCode: 0,
      printed: 'the defaults (there is no cassmail.yaml here): no errors',
    });
  });

  it('config check --json is for programs', () => {
    folder.write({ 'cassmail.yaml': 'workers: none\n' });
    const { exitCode, printed } = cassmail(['config', 'check', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(printed)).toMatchObject({
      file: 'cassmail.yaml',
      isValid: false,
      problems: [{ key: 'workers', place: { kind: 'file', line: 1, column: 10 } }],
    });
  });

  it('config print shows what flags, variables and the file add up to', () => {
    folder.write({ 'cassmail.yaml': 'workers: 2\n' });
    const { exitCode, printed } = cassmail(['config', 'print', '--set', 'log.level=warn'], {
      CASSMAIL_SET_hostname: 'mx.example.com',
    });
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/^workers: 2 +# cassmail\.yaml:1:10$/m);
    expect(printed).toMatch(/^ {2}level: warn +# --set log\.level$/m);
    expect(printed).toMatch(/^hostname: mx\.example\.com +# CASSMAIL_SET_hostname$/m);
  });

  it('config print of a wrong configuration is one failure with all errors', () => {
    expect(cassmail(['config', 'print', '--set', 'workers=x', '--set', 'rolls=[smtp]'])).toEqual({
      exitCode: 1,
      printed: '',
      noted: [
        'cassmail: config-invalid: 2 errors',
        '  --set workers: found "x"; allowed: a whole number from 1 to 512, or auto',
        '  --set rolls: there is no such key; did you mean roles?',
      ].join('\n'),
    });
  });

  it('config explain says what a key does, and names the nearest for a typo', () => {
    expect(cassmail(['config', 'explain', 'log.level']).printed).toContain('debug, info, warn or error');
    expect(cassmail(['config', 'explain']).printed.split('\n').length).toBeGreaterThan(60);
    expect(cassmail(['config', 'explain', 'log.levle'])).toEqual({
      exitCode: 1,
      printed: '',
      noted: 'cassmail: config-invalid: there is no key log.levle; did you mean log.level?',
    });
  });

  it('wrongly called ends with 2 and a suggestion', () => {
    expect(cassmail(['confg', 'check'])).toMatchObject({
      exitCode: 2,
      noted: "cassmail: unknown command 'confg'; did you mean config?",
    });
  });

  it('ends quietly when whoever reads it has gone away', async () => {
    const child = spawn(process.execPath, [LAUNCHER, 'config', 'explain', '--json'], { cwd: folder.path });
    child.stdout.destroy();
    let noted = '';
    child.stderr.on('data', (piece: Buffer) => (noted += piece.toString()));
    await once(child, 'close');
    expect([child.exitCode, noted]).toEqual([0, '']);
  });
});
