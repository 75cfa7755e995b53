// The first five minutes, typed as a node prints them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { firstSteps } from '../../src/app/first-steps.js';
import { projectRoot } from '../project-root.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { until } from '../until.js';
import { NodeProcess } from './node-process.js';
import { run } from './program-run.js';

/** On a busy machine a process takes seconds to start. */
jest.setTimeout(90_000);
const START_MS = 60_000;

function commandsIn(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith('  ')).map((line) => line.trim());
}

/** What a shell in the project's folder answers. */
async function typed(command: string, input = ''): Promise<string> {
  return (await run('sh', ['-c', command], { input })).toString();
}

describe('the first steps on the embedded store', () => {
  const folder = new TemporaryFolder();
  let node: NodeProcess;
  beforeAll(async () => {
    node = new NodeProcess(['--set', `data=${join(folder.path, 'a folder')}`]);
    const isTold = (): boolean => node.printed.some((line) => line.includes('postmaster'));
    await until('it says what to do first', isTold, START_MS);
  });
  afterAll(async () => {
    await node.stop();
    folder.remove();
  });

  it('add a user, send her a message and fetch it, as they are printed', async () => {
    const [add, send, fetch, ...more] = commandsIn(node.printed);
    expect(more).toEqual([]);
    const [, password] = /^password: (\S+)$/m.exec(await typed(add ?? '')) ?? [];
    await typed(send ?? '');
    const message = await typed(fetch ?? '', `${password}\n`);
    expect(message).toContain('Subject: hello\r\n\r\nIt works.\r\n');
    // the domain was added with the user and need not be typed to log in
    const short = (fetch ?? '').replace('--user anne@example.com', '--user anne');
    expect(await typed(short, `${password}\n`)).toBe(message);
    const words = /anne@example\.com (.*)/.exec(add ?? '')?.[1];
    expect(await typed(`npx cassmail status ${words}`)).toMatch(/^postmaster +anne@example\.com$/m);
  });
});

it('the README tells the first steps of a node that is configured with nothing', () => {
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
  const listening = [
    { key: 'smtp.listen', host: '127.0.0.1', port: 2525 },
    { key: 'pop3.listen', host: '127.0.0.1', port: 2110 },
    { key: 'admin.listen', host: '127.0.0.1', port: 8080 },
  ];
  const commands = commandsIn(firstSteps({ listening, domain: 'example.com', nodeWords: [] }));
  expect(commands).toHaveLength(3);
  expect(readme).toContain(`\`\`\`sh\n${commands.join('\n')}\n\`\`\`\n`);
});
