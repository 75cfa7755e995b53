// What a node does with mail for elsewhere, on any store: delivers it, tries again, tells the sender, and goes on after
// it was killed.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LabHost } from '../../src/lab/remote/remote-host.js';
import { addressIn, contentOf, type RemoteMessage } from '../../src/lab/remote/remote-message.js';
import { at, reply } from '../../src/lab/remote/remote-script.js';
import type { MailNode, TestUser } from '../mail-node.js';
import { nodeOfSuite } from '../node-of-suite.js';
import { until } from '../until.js';

/** What is tried again in these tests is so after a second. */
const IMPATIENT = ['relay.retry.first=1s', 'relay.retry.max=1s'];
/** On a busy machine; what is waited for has a limit of its own. */
const PATIENCE_MS = 60_000;
const MESSAGE = 'Subject: over there\r\n\r\n.hidden dot\r\nHello\r\n';

export function describeRelaying(store: string, settings: readonly string[] = []): void {
  describe(`mail for elsewhere, on ${store}`, () => {
    let host: LabHost;
    beforeAll(async () => {
      host = await LabHost.open();
    });
    const running = nodeOfSuite(() => [...settings, ...IMPATIENT, routesTo(host)]);
    afterAll(() => host.close());

    it(
      'goes to its host as it came, with a Received line of ours and no Return-Path',
      async () => {
        const { sender } = await submit(running(), ['bert@there.test'], MESSAGE);
        const [message] = await taken(host, 'bert@there.test');
        expect(message?.mail).toContain(`<${sender.address}>`);
        const text = message === undefined ? '' : contentOf(message);
        expect(text).toMatch(/^Received: from /);
        expect(text).not.toContain('Return-Path');
        expect(text.endsWith(MESSAGE.slice(MESSAGE.indexOf('\r\n\r\n')))).toBe(true);
        expect(await running().fetch(sender, 'outbox')).toHaveLength(1);
      },
      PATIENCE_MS,
    );

    it(
      'goes once to each destination, and to mailboxes here as well',
      async () => {
        const here = await running().newUser();
        await submit(
          running(),
          ['c@there.test', 'd@there.test', 'e@yonder.test', here.address],
          'Subject: all\r\n\r\n',
        );
        const [there] = await taken(host, 'c@there.test');
        const [yonder] = await taken(host, 'e@yonder.test');
        expect(there?.recipients.map(addressIn)).toEqual(['c@there.test', 'd@there.test']);
        expect(yonder?.recipients.map(addressIn)).toEqual(['e@yonder.test']);
        expect(await running().takeAll(here)).toHaveLength(1);
      },
      PATIENCE_MS,
    );

    it(
      'may be large',
      async () => {
        const body = 'All work and no play makes a dull boy\r\n'.repeat(20_000);
        await submit(running(), ['large@there.test'], `Subject: large\r\n\r\n${body}`);
        const [message] = await taken(host, 'large@there.test');
        expect(message === undefined ? '' : contentOf(message)).toContain(`\r\n\r\n${body}`);
      },
      PATIENCE_MS,
    );

    it(
      'leads out of an alias of ours for anybody, and nobody else relays',
      async () => {
        await running().api('POST', '/aliases', {
          address: 'out@example.com',
          targets: ['alias@there.test'],
        });
        await running().send('out@example.com', 'Subject: forwarded\r\n\r\n', 'stranger@remote.test');
        const [message] = await taken(host, 'alias@there.test');
        expect(message?.mail).toContain('<stranger@remote.test>');
        await expect(running().send('bert@there.test', 'Subject: no\r\n\r\n')).rejects.toThrow('550');
      },
      PATIENCE_MS,
    );

    it(
      'is tried again when the host says later',
      async () => {
        host.behave(at('RCPT', reply('451', '4.2.0 later')));
        await submit(running(), ['later@there.test'], 'Subject: later\r\n\r\n');
        await running().process.line('relay.deferred');
        host.behave();
        expect(await taken(host, 'later@there.test')).toHaveLength(1);
      },
      PATIENCE_MS,
    );

    it(
      'comes back with a report when the host refuses it',
      async () => {
        host.behave(at('RCPT', reply('550', '5.1.1 nobody of that name')));
        const { sender } = await submit(running(), ['nobody@there.test'], MESSAGE);
        await until('a report comes', async () => (await running().fetch(sender)).length > 0);
        host.behave();
        const reports = await running().fetch(sender);
        const text = reports[0]?.toString() ?? '';
        expect(reports).toHaveLength(1);
        expect(text).toContain('Content-Type: multipart/report; report-type=delivery-status');
        expect(text).toContain('Final-Recipient: rfc822; nobody@there.test');
        expect(text).toContain('Status: 5.1.1');
        expect(text).toContain('Subject: over there');
        expect(text).not.toContain('hidden dot');
      },
      PATIENCE_MS,
    );
  });
}

function routesTo({ port }: LabHost): string {
  const to = `127.0.0.1:${port}`;
  return `relay.routes={"there.test":"${to}","yonder.test":"${to}"}`;
}

/** A new user sends it. */
async function submit(node: MailNode, to: readonly string[], message: string): Promise<{ sender: TestUser }> {
  const sender = await node.newUser();
  const talk = await node.submissions();
  try {
    await talk.ehlo();
    expect((await talk.authPlain(sender.address, sender.password)).code).toBe(235);
    const replies = await talk.transaction(sender.address, to, message);
    expect(replies.map(({ code }) => code)).toEqual([250, ...to.map(() => 250), 354, 250]);
  } finally {
    talk.close();
  }
  return { sender };
}

/** The messages for this recipient, when there are any. */
async function taken(host: LabHost, recipient: string): Promise<readonly RemoteMessage[]> {
  const found = (): readonly RemoteMessage[] =>
    host.ledger.messages.filter(({ recipients }) => recipients.map(addressIn).includes(recipient));
  await until(`a message for ${recipient} is taken`, () => found().length > 0);
  return found();
}
