// The commands that a running node does, typed against one: what is printed, what is asked, how they end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ExitCode } from '../../../src/base/verb.js';
import { runProgram } from '../../../src/cli/program.js';
import { allVerbs, verbGroups } from '../../../src/main/verbs.js';
import { parseMailboxName } from '../../../src/mail/mailbox-name.js';
import { projectRoot } from '../../project-root.js';
import { TemporaryFolder } from '../../temporary-folder.js';
import { anne } from '../../unit/accounts/administration/ground.js';
import { AdminNode, TOKEN } from './admin-node.js';

/** On a busy machine a process takes seconds to start. */
jest.setTimeout(60_000);

let node: AdminNode;
let folder: TemporaryFolder;
/** What somebody answers when asked; undefined: nobody is there. */
let answer: string | undefined;
let input: string | undefined;
let port: number;
beforeEach(async () => {
  node = await AdminNode.open();
  port = node.port;
  folder = new TemporaryFolder();
  folder.write({ 'data/admin.token': `${TOKEN}\n` });
  answer = undefined;
  input = '';
});
afterEach(async () => {
  await node.close();
  folder.remove();
});

interface Outcome {
  readonly exitCode: ExitCode;
  readonly printed: readonly string[];
  readonly noted: readonly string[];
}

const environment = () => ({
  CASSMAIL_SET_data: join(folder.path, 'data'),
  CASSMAIL_SET_admin__listen: `"127.0.0.1:${port}"`,
});

async function typed(words: string): Promise<Outcome> {
  const printed: string[] = [];
  const noted: string[] = [];
  const verbs = allVerbs({ environment: environment(), currentFolder: folder.path }, node.timers);
  const terminal = {
    print: (line: string) => printed.push(line),
    note: (line: string) => noted.push(line),
    readInput: async () => input,
    ask: async () => answer,
  };
  const program = { version: '1.2.3', groups: verbGroups, verbs };
  return { exitCode: await runProgram(program, words.split(' '), terminal), printed, noted };
}

async function addAnne(): Promise<void> {
  input = 'secret\n';
  expect((await typed('user add anne@example.com --password-stdin')).exitCode).toBe(0);
}

describe('cassmail user', () => {
  it('add takes a password from standard input, or makes one up and shows it once', async () => {
    input = 'secret\n';
    expect(await typed('user add anne@example.com --password-stdin')).toEqual({
      exitCode: 0,
      printed: ['anne@example.com added'],
      noted: [],
    });
    const account = await node.ground.store.accounts.read(anne, node.ground.budget);
    expect(account?.settings.passwordHash).toBe('hash of secret');
    const { printed } = await typed('user add bob@example.com');
    expect(printed).toEqual([
      'bob@example.com added',
      expect.stringMatching(/^password: \w{5}-\w{5}-\w{5}-\w{5}$/),
      '(shown this once, kept nowhere)',
    ]);
  });

  it('add of the first user of a service without domains says that his domain was added', async () => {
    node.ground.domains = [];
    expect((await typed('user add anne@example.com')).printed[1]).toBe(
      'example.com is a domain of this service from now on',
    );
  });

  it.each(['', '\n', 'two\nlines\n', undefined])('add refuses the input %j as a password', async (text) => {
    input = text;
    const { exitCode, noted } = await typed('user add anne@example.com --password-stdin');
    expect([exitCode, noted]).toEqual([
      1,
      ['cassmail: password-invalid: standard input should bring one line, the password'],
    ]);
  });

  it('list and show are tables for people, and data with --json', async () => {
    await addAnne();
    await node.ground.deliver(anne, undefined, 1536);
    expect((await typed('user list')).printed).toEqual([
      'address           state    created     mailboxes  quota',
      expect.stringMatching(/^anne@example\.com {2}enabled {2}\d{4}-\d\d-\d\d {10}2 {2}as configured$/),
    ]);
    expect((await typed('user list --domain example.org')).printed).toHaveLength(1);
    expect((await typed('user show anne@example.com')).printed).toEqual([
      'address  anne@example.com',
      'state    enabled',
      expect.stringMatching(/^created {2}\d{4}-/),
      'quota    as configured',
      'aliases  none',
      '',
      'mailbox  messages  size',
      'inbox           1  1.5 KiB',
      'outbox          0  0 B',
    ]);
    const { printed } = await typed('user show anne@example.com --json');
    expect(JSON.parse(printed.join('\n'))).toMatchObject({ user: { address: 'anne@example.com' } });
  });

  it('password, disable, enable and quota change what they say', async () => {
    await addAnne();
    input = 'better';
    expect((await typed('user password anne@example.com --password-stdin')).printed).toEqual([
      'password changed',
    ]);
    expect((await typed('user disable anne@example.com')).printed).toEqual(['anne@example.com is disabled']);
    expect((await typed('user enable anne@example.com')).printed).toEqual(['anne@example.com is enabled']);
    expect((await typed('user quota anne@example.com --bytes 2GiB')).printed).toEqual([
      'anne@example.com may keep: 2.0 GiB, messages as configured',
    ]);
    expect((await typed('user quota anne@example.com --messages 100')).printed).toEqual([
      'anne@example.com may keep: 2.0 GiB, 100 messages',
    ]);
    expect((await typed('user quota anne@example.com --bytes default --messages default')).printed).toEqual([
      'anne@example.com may keep: as configured',
    ]);
    const account = await node.ground.store.accounts.read(anne, node.ground.budget);
    expect(account?.settings).toEqual({ passwordHash: 'hash of better', isDisabled: false });
  });

  it.each([
    ['', 'say --bytes, --messages or both'],
    [' --bytes much', '--bytes much: allowed: a size such as'],
    [' --messages -1', '--messages -1: allowed: a whole number'],
  ])('quota with "%s" is wrongly called', async (words, says) => {
    const { exitCode, noted } = await typed(`user quota anne@example.com${words}`);
    expect([exitCode, noted[0]]).toEqual([2, expect.stringContaining(says)]);
  });

  it('remove says what it will delete, and asks', async () => {
    await addAnne();
    await node.ground.deliver(anne);
    await typed('alias add info@example.com anne@example.com');
    const losses = [
      'anne@example.com has 2 mailboxes with 1 message (100 B)',
      'these aliases lead there, and stay: info@example.com',
    ];
    answer = 'n';
    expect(await typed('user remove anne@example.com')).toEqual({
      exitCode: 1,
      printed: [],
      noted: [...losses, 'cassmail: nothing was done'],
    });
    answer = undefined;
    expect(await typed('user remove anne@example.com')).toEqual({
      exitCode: 2,
      printed: [],
      noted: [...losses, 'cassmail: this asks first, and nobody is here to answer: say --yes'],
    });
    expect((await node.administration.users.show(anne, node.ground.budget)).isDisabled).toBe(false);
    answer = 'yes';
    const { exitCode, printed } = await typed('user remove anne@example.com --no-wait');
    expect([exitCode, printed[0]]).toEqual([0, expect.stringContaining('is disabled and being removed')]);
    expect((await node.administration.users.show(anne, node.ground.budget)).isDisabled).toBe(true);
  });

  it('is removed when the command ends, which says how far it is', async () => {
    await addAnne();
    await node.ground.deliver(anne);
    node.longestSleepMs = 10;
    const { exitCode, printed, noted } = await typed('user remove anne@example.com --yes');
    expect([exitCode, printed]).toEqual([0, ['anne@example.com removed, with 1 message (100 B)']]);
    expect(noted).toContain('1 message removed');
    expect((await typed('user show anne@example.com')).exitCode).toBe(1);
  });

  it('that another node removes is waited for all the same, and shown as being removed', async () => {
    await addAnne();
    node.longestSleepMs = 10;
    const other = node.ground.administration(); // its time stands still
    await other.removals.begin(anne, node.ground.budget);
    const { printed } = await typed('user list');
    expect(printed[1]).toContain('being removed');
    expect((await typed('user remove anne@example.com --yes')).exitCode).toBe(0);
    expect((await typed('user list')).printed).toHaveLength(1);
    await other.removals.stop();
  });

  it('ends with the code that the node answers', async () => {
    expect(await typed('user show bob@example.com')).toEqual({
      exitCode: 1,
      printed: [],
      noted: ['cassmail: user-unknown: there is no user bob@example.com'],
    });
    const { printed } = await typed('user show bob@example.com --json');
    expect(JSON.parse(printed.join('\n'))).toMatchObject({ error: { code: 'user-unknown', kind: 'input' } });
  });
});

describe('cassmail mailbox, alias and domain', () => {
  it('make, list and remove mailboxes', async () => {
    await addAnne();
    node.longestSleepMs = 10;
    const lists = parseMailboxName('lists');
    expect((await typed('mailbox create anne@example.com lists')).printed).toEqual(['mailbox "lists" made']);
    await node.ground.deliver(anne, lists);
    expect((await typed('mailbox list anne@example.com')).printed).toHaveLength(4);
    expect((await typed('mailbox show anne@example.com')).printed[1]).toBe('inbox           0  0 B');
    const { printed } = await typed('mailbox show anne@example.com lists --limit 5');
    expect(printed).toHaveLength(5);
    expect(printed[4]).toMatch(/^[0-9a-f-]{36} {2}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d {5}100$/);
    expect((await typed('mailbox show anne@example.com lists --limit 0')).exitCode).toBe(2);
    const refused = await typed('mailbox remove anne@example.com lists --yes');
    expect([refused.exitCode, refused.noted[0]]).toEqual([1, expect.stringContaining('mailbox-not-empty')]);
    expect((await typed('mailbox remove anne@example.com lists --yes --force')).printed).toEqual([
      'mailbox "lists" removed, with 1 message',
    ]);
  });

  it('make, list and remove aliases', async () => {
    await addAnne();
    const add = 'alias add info@example.com anne@example.com bob@elsewhere.example';
    const leads = 'info@example.com leads to anne@example.com, bob@elsewhere.example';
    expect((await typed(add)).printed).toEqual([leads]);
    expect((await typed(add)).noted[0]).toContain('alias-exists');
    expect((await typed(`${add} --replace`)).exitCode).toBe(0);
    expect((await typed('alias list')).printed).toEqual([
      'alias             leads to',
      'info@example.com  anne@example.com, bob@elsewhere.example',
    ]);
    expect((await typed('alias remove info@example.com')).exitCode).toBe(2);
    expect((await typed('alias remove info@example.com --yes')).printed).toEqual([
      'info@example.com removed',
    ]);
  });

  it('make, list and remove domains', async () => {
    await addAnne();
    expect((await typed('domain add Example.org --catch-all anne@example.com')).printed).toEqual([
      'example.org is a domain of this service, with anne@example.com for the unknown',
    ]);
    expect((await typed('domain list')).printed).toEqual([
      'domain       origin         catch-all',
      'example.com  configuration',
      'example.org  added          anne@example.com',
    ]);
    await typed('user add carl@example.org');
    expect((await typed('domain remove example.org --yes')).noted[0]).toContain('domain-in-use');
    expect((await typed('domain remove example.org --yes --force')).exitCode).toBe(0);
  });
});

describe('cassmail status and config reload', () => {
  it('say how the node is', async () => {
    const { exitCode, printed } = await typed('status');
    expect([exitCode, printed]).toEqual([
      0,
      [
        'node        mx1/00000000, version 1.2.3, since 2026-01-31T00:00:00.000Z',
        'roles       smtp, admin',
        'workers     2 of 2 serving',
        'store       embedded: a 250 survives a crash',
        'domains     example.com',
        'postmaster  nobody yet',
        'ready       yes',
      ],
    ]);
  });

  it('say what is in effect and what waits', async () => {
    expect((await typed('config reload')).printed).toEqual([
      'log.level: in effect',
      'workers: at the next start',
    ]);
  });
});

describe('a command whose node', () => {
  it('is not there says how to start one', async () => {
    await node.close();
    const { exitCode, noted } = await typed('status');
    expect([exitCode, noted]).toEqual([
      1,
      [
        `cassmail: node-unreachable: no node answers at http://127.0.0.1:${port}: start one with cassmail start`,
      ],
    ]);
    node = await AdminNode.open();
  });

  it('is something else says so', async () => {
    const other = createServer((socket) => socket.end('220 mx.example.com ESMTP\r\n'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    port = (other.address() as AddressInfo).port;
    expect((await typed('status')).noted[0]).toMatch(/^cassmail: node-strange: .* does not speak HTTP$/);
    other.close();
  });

  it('has its token elsewhere looks, and says that for a change it is missing', async () => {
    rmSync(join(folder.path, 'data', 'admin.token'));
    expect((await typed('status')).exitCode).toBe(0);
    const { exitCode, noted } = await typed('user add anne@example.com');
    expect([exitCode, noted[0]]).toEqual([
      1,
      expect.stringMatching(/^cassmail: token-unusable: there is no token at .*admin\.token: is that/),
    ]);
  });

  it('has another token says that this is not the one', async () => {
    folder.write({ 'data/admin.token': 'another-token\n' });
    expect((await typed('user list')).noted[0]).toMatch(/^cassmail: token-wrong: /);
  });

  it('has a token that is no file to read says so', async () => {
    rmSync(join(folder.path, 'data', 'admin.token'));
    folder.write({ 'data/admin.token/a-folder': '' });
    expect((await typed('user add anne@example.com')).noted[0]).toMatch(
      /^cassmail: token-unusable: the token cannot be read \(EISDIR/,
    );
  });
});

async function run(words: readonly string[], given: string): Promise<readonly [number | null, string]> {
  const child = spawn(process.execPath, [join(projectRoot, 'bin/cassmail.js'), ...words], {
    cwd: folder.path,
    env: { PATH: process.env['PATH'], ...environment() },
  });
  let text = '';
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (text += piece.toString()));
  child.stdin.end(given);
  await once(child, 'close');
  return [child.exitCode, text];
}

describe('the command as a process', () => {
  it('reads a password from a pipe, and asks nobody who is not there', async () => {
    expect(await run(['user', 'add', 'anne@example.com', '--password-stdin'], 'secret\n')).toEqual([
      0,
      'anne@example.com added\n',
    ]);
    const [exitCode, text] = await run(['user', 'remove', 'anne@example.com'], 'y\n');
    expect([exitCode, text]).toEqual([2, expect.stringContaining('say --yes')]);
  });
});
