import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../project-root.js';
import { TemporaryFolder } from '../../temporary-folder.js';

let project: TemporaryFolder;
beforeEach(() => {
  project = new TemporaryFolder();
});
afterEach(() => project.remove());

/** What a script of ours prints about the project. */
function findings(script: string): readonly string[] {
  const command = [join(projectRoot, 'scripts', script)];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: project.path,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const lines = stdout.split('\n').filter((line) => line !== '');
  expect(status).toBe(lines.length === 0 ? 0 : 1);
  return lines;
}

describe('the check of links', () => {
  it('is content with links that lead to files, folders, headings and other sites', () => {
    project.write({
      'README.md':
        '# A & b: c\n[a](docs/b.md) [b](docs) [c](#a--b-c) [d](docs/b.md#tables-1) [e](https://x.example/)',
      'docs/b.md':
        '## Tables 1\n[up](../README.md "title")\n```\n[code](nowhere.md)\n```\n`[code](nowhere.md)`',
    });
    expect(findings('check-links.js')).toEqual([]);
  });

  it('tells which links of which file lead nowhere', () => {
    project.write({
      'docs/a.md': '# One\n[a](b.md)\n[b](#two)\n[c](../README.md)\n[d](c.md#three)',
      'docs/c.md': '# Four',
    });
    expect(findings('check-links.js')).toEqual([
      'docs/a.md: b.md leads nowhere',
      'docs/a.md: #two leads nowhere',
      'docs/a.md: ../README.md leads nowhere',
      'docs/a.md: c.md#three leads nowhere',
    ]);
  });
});

function writeProject(options: { asked?: object; locked?: object; rows?: readonly string[] }): void {
  const { asked = { lmdb: '1.0.0' }, locked = { 'node_modules/lmdb': { license: 'MIT' } } } = options;
  const { rows = ['| [lmdb](https://x.example) | MIT | `src/engine.ts` | fast |'] } = options;
  project.write({
    'package.json': JSON.stringify({ dependencies: asked }),
    'package-lock.json': JSON.stringify({ packages: locked }),
    'docs/dependencies.md': [
      '| Package | Licence | Known to | Why |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
    'src/engine.ts': "import 'lmdb';",
  });
}

describe('the check of dependencies', () => {
  it('is content with exact versions, permissive licences and a line for each package', () => {
    writeProject({
      locked: { 'node_modules/lmdb': { license: 'MIT' }, 'node_modules/x': { license: '(MIT OR GPL-3.0)' } },
    });
    expect(findings('check-dependencies.js')).toEqual([]);
  });

  it('refuses a licence that is not permissive, unknown, or only half so, wherever it comes in', () => {
    writeProject({
      locked: {
        'node_modules/lmdb': { license: 'MIT' },
        'node_modules/a': { license: 'GPL-3.0-only' },
        'node_modules/a/node_modules/b': {},
        'node_modules/c': { license: 'MIT AND LGPL-2.1' },
        'node_modules/d': { license: 'CC-BY-4.0' },
      },
    });
    expect(findings('check-dependencies.js')).toEqual([
      'node_modules/a: licence GPL-3.0-only is not one we accept',
      'node_modules/a/node_modules/b: licence unknown is not one we accept',
      'node_modules/c: licence MIT AND LGPL-2.1 is not one we accept',
      'node_modules/d: licence CC-BY-4.0 is not one we accept',
    ]);
  });

  it('refuses ranges of versions, and packages bound to a registry', () => {
    const resolved = 'https://registry.example/lmdb.tgz';
    writeProject({
      asked: { lmdb: '^1.0.0' },
      locked: { 'node_modules/lmdb': { license: 'MIT', resolved } },
    });
    expect(findings('check-dependencies.js')).toEqual([
      'package.json: lmdb ^1.0.0 is not an exact version',
      'package-lock.json: node_modules/lmdb is bound to a registry; see .npmrc',
    ]);
  });

  it.each([
    ['', 'lmdb is not listed'],
    ['| lmdb | ISC | `src/engine.ts` | fast |', 'lmdb is under MIT, not ISC'],
    ['| lmdb | MIT | `src/gone.ts` | fast |', 'lmdb names src/gone.ts, which does not exist'],
    [
      '| lmdb | MIT | `package-lock.json` | fast |\n| yaml | ISC | tests | old |',
      'yaml is listed but not in package.json',
    ],
  ])('refuses a page of dependencies that is not true: %j', (row, finding) => {
    writeProject({ rows: [row] });
    expect(findings('check-dependencies.js')).toEqual([`docs/dependencies.md: ${finding}`]);
  });
});
