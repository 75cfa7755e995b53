// A ring that is gone for a while, as the clients of a node see it.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailNode, type TestUser } from '../mail-node.js';
import { keyspaceName, oneNodeRing, ringNodeSettings } from '../ring-addresses.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { until } from '../until.js';
import { WayToRing } from './way-to-ring.js';

const LONG_MS = 300_000;
/** What a node may take to say that its ring is gone, and some. */
const PATIENCE_MS = 70_000;
const message = (name: string): string => `Subject: ${name}\r\n\r\nA line.\r\n`;

describe('a node whose ring is gone for a while', () => {
  const folder = new TemporaryFolder();
  let way: WayToRing;
  let node: MailNode;
  let user: TestUser;

  beforeAll(async () => {
    const { contactPoints, port } = oneNodeRing();
    const [host = ''] = contactPoints;
    way = await WayToRing.open({ host, port });
    node = await MailNode.start({
      data: join(folder.path, 'data'),
      patienceMs: PATIENCE_MS,
      set: [
        'workers=2',
        ...ringNodeSettings({ contactPoints: ['127.0.0.1'], port: way.port }, keyspaceName('outage')),
      ],
    });
    user = await node.newUser();
    await node.send(user.address, message('before'));
  }, LONG_MS);

  afterAll(async () => {
    await node.stop('SIGKILL');
    way.close();
    folder.remove();
  }, LONG_MS);

  it(
    'tells senders and readers to come again, and is not ready',
    async () => {
      const begun = await node.smtp(); // its recipient is known already
      await begun.ehlo();
      await begun.pipeline('MAIL FROM:<a@remote.test>', `RCPT TO:<${user.address}>`, 'DATA');
      way.close();
      begun.connection.send(`${message('during')}.\r\n`);
      expect(await begun.reply()).toMatchObject({ code: 451, enhanced: expect.stringMatching(/^4\./) });
      expect((await begun.command('NOOP')).code).toBe(250);
      await expect(node.send(user.address, message('during'))).rejects.toThrow(/refused: 451 /);
      const reader = await node.pop3s();
      expect(await reader.login(user.address, user.password)).toMatchObject({
        isOk: false,
        code: 'SYS/TEMP',
      });
      await until('it is not ready', async () => !(await node.isReady()));
    },
    LONG_MS,
  );

  it(
    'goes on by itself when the ring is back, with what it had acknowledged and no more',
    async () => {
      await way.open();
      await until('it is ready', () => node.isReady());
      await until('mail is taken again', () =>
        node.send(user.address, message('after')).then(
          () => true,
          () => false,
        ),
      );
      await until('what was refused is gone, and the rest is there', async () => {
        const subjects = (await node.fetch(user)).map(
          (found) => /Subject: (.*)\r/.exec(found.toString())?.[1],
        );
        return subjects.join() === 'before,after';
      });
      expect(node.process.countOf('worker.died')).toBe(0);
    },
    LONG_MS,
  );
});
