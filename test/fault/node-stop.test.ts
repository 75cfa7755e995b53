// The end of a node, wanted and unwanted, as its clients see it.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailNode } from '../mail-node.js';
import type { SmtpTalk } from '../talk/smtp-talk.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { until } from '../until.js';
import { isAlive } from './is-alive.js';

const LONG_MS = 120_000;
/** Ten seconds for what is under way, and what a slow machine takes besides. */
const LONGEST_STOP_MS = 20_000;
const MESSAGE = 'Subject: test\r\n\r\nA line.\r\n';

describe('a node that is asked to stop', () => {
  let folder: TemporaryFolder;
  const nodes: MailNode[] = [];
  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.stop('SIGKILL')));
    folder.remove();
  }, LONG_MS);

  async function start(...set: readonly string[]): Promise<MailNode> {
    const node = await MailNode.start({ data: join(folder.path, 'data'), set: ['workers=2', ...set] });
    nodes.push(node);
    return node;
  }

  it(
    'takes the message that is under way, sends the idle away at once, removes nothing, and ends with 0',
    async () => {
      const node = await start();
      const user = await node.newUser();
      await node.send(user.address, MESSAGE);
      const idle = await node.smtp();
      await idle.ehlo();
      const reader = await node.login(user);
      await reader.command('DELE 1');
      const sending = await sender(node, user.address);
      const stopping = node.stop();
      expect(await idle.reply()).toMatchObject({ code: 421, enhanced: '4.3.2' });
      await idle.connection.ended();
      await reader.connection.ended();
      sending.connection.send('half.\r\n.\r\n');
      expect((await sending.reply()).code).toBe(250);
      expect((await sending.reply()).code).toBe(421);
      expect(await stopping).toBe(0);

      const again = await start();
      const subjects = (await again.fetch(user)).map(
        (message) => /Subject: .*/.exec(message.toString())?.[0],
      );
      expect(subjects).toEqual(['Subject: test', 'Subject: half']);
    },
    LONG_MS,
  );

  it(
    'waits for a message that never ends no longer than it may',
    async () => {
      const node = await start();
      const user = await node.newUser();
      const sending = await sender(node, user.address);
      const startedMs = performance.now();
      expect(await node.stop()).toBe(0);
      expect(performance.now() - startedMs).toBeLessThan(LONGEST_STOP_MS);
      await sending.connection.ended();
      expect(await (await start()).fetch(user)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'and once more does not wait',
    async () => {
      const node = await start();
      const user = await node.newUser();
      await sender(node, user.address);
      const pids = node.process.workerPids;
      const stopping = node.stop();
      await node.process.line('node.stopping');
      await node.stop();
      expect(await stopping).not.toBe(0); // an orderly end would be
      await until('its workers are gone', () => !pids.some(isAlive));
    },
    LONG_MS,
  );

  it(
    'by kill -9 can be started again at once: its ports, its folder and its mailboxes are free',
    async () => {
      const node = await start();
      const user = await node.newUser();
      await node.send(user.address, MESSAGE);
      await node.login(user); // which nobody ends
      await node.stop('SIGKILL');
      const again = await start(`smtp.listen=["127.0.0.1:${node.port('smtp.listen')}"]`);
      expect(await again.fetch(user)).toHaveLength(1);
    },
    LONG_MS,
  );
});

describe('a worker that is killed', () => {
  it(
    'takes its own clients with it and no others, and the ports go on taking new ones',
    async () => {
      const folder = new TemporaryFolder();
      const node = await MailNode.start({ data: join(folder.path, 'data'), set: ['workers=2'] });
      try {
        const talks = await Promise.all(Array.from({ length: 20 }, () => node.smtp()));
        const [victim = 0, other = 0] = node.process.workerPids;
        process.kill(victim, 'SIGKILL');
        await until('it is gone', () => !node.process.workerPids.includes(victim));
        const isReplaced = (): boolean => node.process.countOf('worker.replaced') > 0;
        for (let newcomers = 0; newcomers < 20 || !isReplaced(); newcomers += 1) {
          const talk = await node.smtp();
          expect((await talk.command('NOOP')).code).toBe(250);
          talk.close();
        }
        await until('the clients of the dead have noticed', () => reachable(talks, node, other));
        await until('all workers serve', () => node.isReady());
        expect(node.process.countOf('worker.died')).toBe(1);
      } finally {
        await node.stop('SIGKILL');
        folder.remove();
      }
    },
    LONG_MS,
  );
});

describe('the mailbox that a killed worker had open', () => {
  it(
    'can be opened again at once, not a minute later: [IN-USE] is over',
    async () => {
      const folder = new TemporaryFolder();
      const node = await MailNode.start({ data: join(folder.path, 'data'), set: ['workers=2'] });
      try {
        const user = await node.newUser();
        const reader = await node.login(user);
        let killed = 0;
        for (const pid of node.process.workerPids) {
          if (reader.connection.isEnded) break; // it was the other one's
          process.kill(pid, 'SIGKILL');
          killed += 1;
          await until('it is replaced', () => node.process.countOf('worker.replaced') === killed);
          await reader.command('NOOP').catch(() => undefined);
        }
        expect(reader.connection.isEnded).toBe(true);
        await until('it can be opened, long before the claim would lapse by itself', async () => {
          const talk = await node.pop3s();
          const { isOk } = await talk.login(user.address, user.password);
          talk.close();
          return isOk;
        });
      } finally {
        await node.stop('SIGKILL');
        folder.remove();
      }
    },
    LONG_MS,
  );
});

/** Every client has either lost its connection or is answered. */
async function reachable(talks: readonly SmtpTalk[], node: MailNode, survivor: number): Promise<boolean> {
  const answers = await Promise.allSettled(talks.map((talk) => talk.command('NOOP')));
  const isSettled = answers.every(
    (answer, index) =>
      (answer.status === 'fulfilled' && answer.value.code === 250) || talks[index]?.connection.isEnded,
  );
  return isSettled && node.process.workerPids.includes(survivor);
}

/** In the middle of its message. */
async function sender(node: MailNode, to: string): Promise<SmtpTalk> {
  const talk = await node.smtp();
  await talk.ehlo();
  const replies = await talk.pipeline('MAIL FROM:<a@remote.test>', `RCPT TO:<${to}>`, 'DATA');
  expect(replies.map(({ code }) => code)).toEqual([250, 250, 354]);
  await talk.connection.sendAll('Subject: half\r\n\r\nThe first ');
  return talk;
}
