// A gateway is killed with mail in its queue: whoever comes next, itself or another, delivers every message that had its
// 250, and none of those that were delivered before.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { LabHost } from '../../src/lab/remote/remote-host.js';
import { addressIn } from '../../src/lab/remote/remote-message.js';
import { at, reply } from '../../src/lab/remote/remote-script.js';
import { MailNode } from '../mail-node.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { until } from '../until.js';

/** A lease is silent for ten seconds before it is taken over, and the machine may be busy. */
const TAKEN_OVER_MS = 90_000;
const TEST_MS = 240_000;
const MESSAGES = 20;

export function describeRelayKills(store: string, settings: () => readonly string[] = () => []): void {
  describe(`a gateway that is killed, on ${store}`, () => {
    const folder = new TemporaryFolder();
    let host: LabHost;
    beforeAll(async () => {
      host = await LabHost.open();
    });
    afterAll(async () => {
      await host.close();
      folder.remove();
    });

    const start = (): Promise<MailNode> =>
      MailNode.start({
        data: join(folder.path, 'data'),
        set: [
          ...settings(),
          `relay.routes={"there.test":"127.0.0.1:${host.port}"}`,
          'relay.from=["127.0.0.0/8"]',
          'relay.retry.first=1s',
          'relay.retry.max=1s',
        ],
      });
    const takenOf = (name: string): number =>
      host.ledger.messages.filter(({ recipients }) =>
        recipients.some((path) => addressIn(path).startsWith(name)),
      ).length;

    it(
      'leaves a queue that is delivered from by the next one',
      async () => {
        const first = await start();
        await first.send('done@there.test', 'Subject: done\r\n\r\n');
        await until('the first message is taken', () => takenOf('done') === 1);
        host.behave(at('MAIL', reply('451', '4.3.2 not now')));
        for (let count = 0; count < MESSAGES; count += 1)
          await first.send(`kept-${count}@there.test`, `Subject: ${count}\r\n\r\n`);
        await first.stop('SIGKILL');
        host.behave();
        const second = await start();
        try {
          const missing = (): number[] =>
            Array.from({ length: MESSAGES }, (_, count) => count).filter(
              (count) => takenOf(`kept-${count}@`) === 0,
            );
          await until('all messages are taken', () => missing().length === 0, TAKEN_OVER_MS);
          expect(host.ledger.count).toBe(MESSAGES + 1);
          const adopted = await second.process.line('queue.recovered');
          expect(adopted).toMatchObject({ items: MESSAGES });
        } finally {
          await second.stop();
        }
      },
      TEST_MS,
    );

    it(
      'hands its queue over at once when it is asked to stop',
      async () => {
        host.behave(at('MAIL', reply('451', '4.3.2 not now')));
        const first = await start();
        await first.send('handed@there.test', 'Subject: handed\r\n\r\n');
        await first.process.line('relay.deferred');
        expect(await first.stop()).toBe(0);
        expect(first.process.lines.map(({ event }) => event)).toContain('queue.handed-over');
        host.behave();
        const second = await start();
        try {
          await until('the message is taken', () => takenOf('handed') === 1, TAKEN_OVER_MS);
        } finally {
          await second.stop();
        }
      },
      TEST_MS,
    );
  });
}
