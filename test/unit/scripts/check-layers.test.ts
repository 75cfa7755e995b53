import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../project-root.js';
import { TemporaryFolder } from '../../temporary-folder.js';

describe('the layer rules', () => {
  let source: TemporaryFolder;
  beforeEach(() => {
    source = new TemporaryFolder();
  });
  afterEach(() => source.remove());

  /** What the checker prints for these files, without the folder they are in. */
  function findings(files: Readonly<Record<string, string>>): readonly string[] {
    source.write(files);
    const script = join(projectRoot, 'scripts/check-layers.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, source.path], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const lines = stdout.split('\n').filter((line) => line !== '');
    expect(status).toBe(lines.length === 0 ? 0 : 1);
    return lines.map((line) => line.replace(`${source.path}/`, ''));
  }

  it('are content with imports that point down, a package used once and a clock in base', () => {
    const files = {
      'base/clock.ts': 'export const now = () => Date.now(); setTimeout(now, 1);',
      'mail/a.ts': "import { now } from '../base/clock.js'; export const a = now;",
      'store/api/store.ts': "import type { T } from '../types.js'; export type S = T;",
      'store/types.ts': 'export type T = string;',
      'store/embedded/lmdb.ts': "import { open } from 'lmdb'; socket.setTimeout(5); export { open };",
      'main.ts': "await import('./app/node.js');",
      'app/node.ts': "import { a } from '../mail/a.js'; console.log(a, process.env['HOME']);",
    };
    expect(findings(files)).toEqual([]);
  });

  it('refuse an import of a higher layer, types included', () => {
    const files = {
      'base/a.ts': "\nimport type { B } from '../mail/b.js';\nexport type A = B;",
      'mail/b.ts': 'export type B = string;',
    };
    expect(findings(files)).toEqual(['base/a.ts:2: base may not import mail/b.ts']);
  });

  it('refuse that one store knows the other', () => {
    const files = {
      'store/embedded/a.ts': "export type A = import('../cassandra/b.js').B;",
      'store/cassandra/b.ts': 'export type B = string;',
    };
    expect(findings(files)).toEqual([
      'store/embedded/a.ts:1: store/embedded may not import store/cassandra/b.ts',
    ]);
  });

  it('refuse a file outside all layers', () => {
    expect(findings({ 'utils/a.ts': 'export {};' })).toEqual(['utils/a.ts:1: is in no layer of the table']);
  });

  it('refuse a cycle of files, and tell it once', () => {
    const files = {
      'base/a.ts': "import { b } from './b.js'; export const a = b;",
      'base/b.ts': "import { c } from './c.js'; export const b = c;",
      'base/c.ts': "import { b } from './b.js'; import { a } from './a.js'; export const c = [a, b];",
    };
    expect(findings(files)).toEqual([
      'base/a.ts:1: imports itself: base/a.ts -> base/b.ts -> base/c.ts -> base/a.ts',
      'base/b.ts:1: imports itself: base/b.ts -> base/c.ts -> base/b.ts',
    ]);
  });

  it('refuse a file that only passes on exports, and any index file', () => {
    const files = {
      'base/a.ts': 'export const a = 1;',
      'base/all.ts': "export * from './a.js';\nexport { a as b } from './a.js';",
      'mail/index.ts': 'export const own = 1;',
    };
    const message = 'only passes on what others export; import it from there';
    expect(findings(files)).toEqual([`base/all.ts:1: ${message}`, `mail/index.ts:1: ${message}`]);
  });

  it('refuse a second importing file of a package, by whatever path into it', () => {
    const files = {
      'base/a.ts': "import '@scope/one/deep.js'; import 'two'; import 'node:fs';",
      'base/b.ts': "import '@scope/one'; export * from 'two/lib.js'; import 'node:fs'; export const b = 1;",
    };
    expect(findings(files)).toEqual([
      'base/b.ts:1: package @scope/one is imported in base/a.ts already; go through that file',
      'base/b.ts:1: package two is imported in base/a.ts already; go through that file',
    ]);
  });

  it.each([
    ['Date.now();', 'Date.now'],
    ['new Date();', 'new Date()'],
    ['performance.now();', 'performance.now'],
    ['setTimeout(f, 1);', 'setTimeout'],
    ['const later = setInterval;', 'setInterval'],
    ['globalThis.setTimeout(f, 1);', 'globalThis.setTimeout'],
    ['AbortSignal.timeout(1);', 'AbortSignal.timeout'],
    ['Math.random();', 'Math.random'],
    ['crypto.randomUUID();', 'crypto.randomUUID'],
    ["import { randomBytes } from 'node:crypto';", 'randomBytes of node:crypto'],
    ["import { setTimeout as sleep } from 'node:timers/promises';", 'setTimeout of node:timers/promises'],
    ['const home = process.env.HOME;', 'process.env'],
    ["import { env } from 'node:process';", 'env of node:process'],
  ])('refuse %s outside base and app', (code, what) => {
    expect(findings({ 'mail/a.ts': `// a comment\n${code}`, 'base/a.ts': code, 'app/a.ts': code })).toEqual([
      `mail/a.ts:2: ${what} is not an argument here`,
    ]);
  });

  it('let a date be made from a number, and hashes be computed, anywhere', () => {
    expect(findings({ 'mail/a.ts': "import { createHash } from 'node:crypto'; new Date(5);" })).toEqual([]);
  });
});
