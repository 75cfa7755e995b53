// Whatever a client sends or asks for, a worker turns to its other clients every tenth of a second at least.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { longestBlockMs, loopWatched } from '../loop-blocks.js';
import type { MailNode } from '../mail-node.js';
import { nodeOfSuite } from '../node-of-suite.js';
import { TemporaryFolder } from '../temporary-folder.js';

const LONGEST_BLOCK_MS = 100;
const LINES = 1_000_000;

describe('the event loop of a node on the embedded store', () => {
  jest.setTimeout(120_000);
  const folder = new TemporaryFolder();
  const blocks = join(folder.path, 'blocks');
  const running = nodeOfSuite([], loopWatched(blocks));
  let node: MailNode;
  beforeAll(() => {
    node = running();
  });
  afterAll(() => folder.remove());

  it('is watched: what computes for longer is seen', () => {
    const file = join(folder.path, 'seen');
    const env = { ...process.env, ...loopWatched(file) };
    const program = `setTimeout(() => {
      console.log(Date.now());
      const end = process.cpuUsage().user + 150_000;
      while (process.cpuUsage().user < end);
      setTimeout(() => undefined, 50);
    }, 50)`;
    const { stdout, status } = spawnSync(process.execPath, ['-e', program], { env, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(longestBlockMs(file, Number(stdout))).toBeGreaterThan(LONGEST_BLOCK_MS);
  });

  it.each([
    ['a million lines that begin with a dot', '..\r\n'],
    ['a million empty lines', '\r\n'],
    ['a million octets a line', `${'x'.repeat(1_000_000)}\r\n`],
  ])('goes round while a message of %s comes, is kept and is fetched', async (_what, line) => {
    const user = await node.newUser();
    const sinceMs = Date.now();
    const message = `Subject: lines\r\n\r\n${line.repeat(line.length > 100 ? 10 : LINES)}`;
    await node.send(user.address, message);
    const [fetched] = await node.fetch(user);
    expect(fetched?.subarray(-message.length).equals(Buffer.from(message))).toBe(true);
    expect(longestBlockMs(blocks, sinceMs)).toBeLessThan(LONGEST_BLOCK_MS);
  });

  it('goes round while 10,000 commands and recipients come at once', async () => {
    const user = await node.newUser();
    const [localPart, domain] = user.address.split('@');
    const sinceMs = Date.now();
    const [smtp, pop3] = await Promise.all([node.smtp(), node.login(user)]);
    pop3.connection.send(`${'NOOP\r\n'.repeat(10_000)}QUIT\r\n`);
    await smtp.ehlo();
    await smtp.command('MAIL FROM:<>');
    for (let n = 0; n < 10_000; n += 1) smtp.connection.send(`RCPT TO:<${localPart}+${n}@${domain}>\r\n`);
    expect(await smtp.connection.ended()).toMatch(/\r\n421 [^\r\n]*\r\n$/);
    expect(await pop3.connection.ended()).toMatch(/\+OK bye\r\n$/);
    expect(longestBlockMs(blocks, sinceMs)).toBeLessThan(LONGEST_BLOCK_MS);
  });
});
