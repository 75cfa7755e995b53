import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../project-root.js';
import { TemporaryFolder } from '../../temporary-folder.js';

const FROM_JEST = "import { expect, it } from '@jest/globals';";
const NO_RING = 'Java is not here';

describe('npm test', () => {
  let project: TemporaryFolder;

  beforeEach(() => {
    project = new TemporaryFolder();
    symlinkSync(join(projectRoot, 'node_modules'), join(project.path, 'node_modules'));
    cpSync(join(projectRoot, 'scripts'), join(project.path, 'scripts'), { recursive: true });
    copyFileSync(join(projectRoot, 'jest.config.js'), join(project.path, 'jest.config.js'));
    project.write({
      'package.json': '{ "type": "module" }',
      'dist/test/ring-setup.js': '',
      'dist/test/ring-teardown.js': '',
      'dist/src/lab/ring/prerequisites.js': `export const missingPrerequisites = () => '${NO_RING}';`,
      'dist/test/e2e/clients/client-programs.js': 'export const missingClients = () => [];',
    });
  });
  afterEach(() => project.remove());

  /** The lines that it prints itself, without Jest's. */
  function run(files: Readonly<Record<string, string>>, environment: NodeJS.ProcessEnv = {}) {
    project.write(files);
    const { status, stdout } = spawnSync(process.execPath, ['scripts/test.js'], {
      cwd: project.path,
      encoding: 'utf8',
      env: { ...process.env, CI: '', CASSMAIL_REQUIRE_RING: '', ...environment },
    });
    return { status, lines: stdout.trimEnd().split('\n') };
  }

  it('counts the tests by store, says what was left out, and closes with the numbers', () => {
    const { status, lines } = run({
      'dist/test/contract/embedded.test.js': `${FROM_JEST} it('a', () => {}); it('b', () => {});`,
      'dist/test/unit/a.test.js': `${FROM_JEST} it('works on one node', () => {}); it('c', () => {});`,
      'dist/test/b.ring.test.js': `${FROM_JEST} it('would fail', () => expect(1).toBe(2));`,
    });
    expect(lines[0]).toContain(NO_RING);
    expect(lines).toContain('embedded store: 2 tests');
    expect(lines).toContain('Cassandra, one node: 1 tests');
    expect(lines).toContain('no store: 1 tests');
    expect(lines.at(-2)).toContain(NO_RING);
    expect(lines.at(-1)).toBe('4 passed, 0 failed');
    expect(status).toBe(0);
  });

  it('counts failed tests, files that cannot be loaded, and skipped tests', () => {
    const { status, lines } = run({
      'dist/test/a.test.js': `${FROM_JEST} it('a', () => {}); it('b', () => expect(1).toBe(2)); it.skip('c', () => {});`,
      'dist/test/b.test.js': "import './not-there.js';",
    });
    expect(lines.at(-1)).toBe('1 passed, 2 failed, 1 skipped');
    expect(status).toBe(1);
  });

  it('fails where the ring is required and missing', () => {
    const passing = { 'dist/test/a.test.js': `${FROM_JEST} it('a', () => {});` };
    for (const required of [{ CI: 'true' }, { CASSMAIL_REQUIRE_RING: '1' }]) {
      const { status, lines } = run(passing, required);
      expect(lines.at(-1)).toBe('1 passed, 1 failed');
      expect(status).toBe(1);
    }
  });

  it('fails when a test ends the process, whatever its exit code', () => {
    const { status, lines } = run({ 'dist/test/a.test.js': `${FROM_JEST} it('a', () => process.exit(0));` });
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(status).toBe(1);
  });

  it('says which mail programs are not there, and fails where they are required', () => {
    const files = {
      'dist/src/lab/ring/prerequisites.js': 'export const missingPrerequisites = () => undefined;',
      'dist/test/e2e/clients/client-programs.js': "export const missingClients = () => ['mpop', 'mutt'];",
      'dist/test/a.test.js': `${FROM_JEST} it('a', () => {});`,
    };
    const elsewhere = run(files);
    expect(elsewhere.lines.at(-2)).toContain('not there: mpop, mutt');
    expect([elsewhere.lines.at(-1), elsewhere.status]).toEqual(['1 passed, 0 failed', 0]);
    const required = run(files, { CI: 'true' });
    expect([required.lines.at(-1), required.status]).toEqual(['1 passed, 1 failed', 1]);
  });

  it('fails when there is no test', () => {
    const { status, lines } = run({});
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(status).toBe(1);
  });
});
