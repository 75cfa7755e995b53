// Real mail programs send and fetch on a node, each in every way it can: what comes out is what went in.
import { join } from 'node:path';
import { afterAll, expect, it, jest } from '@jest/globals';
import type { MailNode } from '../../mail-node.js';
import { TemporaryFolder } from '../../temporary-folder.js';
import { missingClients } from './client-programs.js';
import { ClientStage } from './client-stage.js';
import { fetchingClients, tlsWays, type Fetching } from './fetching-clients.js';
import { doorways, sendingClients, type Sending } from './sending-clients.js';

/** Three ways in a row, on a busy machine. */
const LONG_MS = 60_000;

/** One of them knows no STLS, and comes without TLS. */
export const clientSettings: readonly string[] = ['pop3.requireTls=false'];

const MESSAGE = [
  'From: Anne <anne@example.com>',
  'To: Anne <anne@example.com>',
  'Subject: as it is',
  'Date: Mon, 16 Nov 2026 12:00:00 +0000',
  'Message-ID: <as-it-is@example.com>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  '.',
  '..two dots',
  '',
  'gr\u00fc\u00dfe',
  'x'.repeat(900),
  'the end',
  '',
].join('\n');

/** scripts/test.js says them, and lets them fail the run where they are required. */
const missing = missingClients();
function withClients(...clients: readonly string[]): typeof it.skip {
  return missing.some((one) => clients.some((client) => one.startsWith(client))) ? it.skip : it;
}

/** `curl with AUTH PLAIN` is curl's. */
function clientOf(name: string): string {
  return name.startsWith('Python') ? 'python3' : (/^\w+/.exec(name)?.[0] ?? name);
}

function sentPart(received: Buffer | undefined, isWhole: boolean): string {
  const text = (received ?? Buffer.alloc(0)).toString().replaceAll('\r\n', '\n');
  const start = isWhole ? (MESSAGE.split('\n', 1)[0] ?? '') : '\n\n';
  return text.slice(text.indexOf(start));
}

export function provesClients(node: () => MailNode): void {
  jest.setTimeout(LONG_MS);
  const folder = new TemporaryFolder();
  let stages = 0;
  afterAll(() => folder.remove());

  async function newStage(): Promise<ClientStage> {
    stages += 1;
    return new ClientStage({
      node: node(),
      user: await node().newUser(),
      folder: join(folder.path, `stage-${stages}`),
    });
  }

  async function sends(send: Sending, isWhole: boolean): Promise<void> {
    for (const doorway of doorways) {
      const stage = await newStage();
      await send(stage, doorway, MESSAGE);
      const received = await node().fetch(stage.user);
      expect(received.map((message) => sentPart(message, isWhole))).toEqual([
        isWhole ? MESSAGE : MESSAGE.slice(MESSAGE.indexOf('\n\n')),
      ]);
      const copies = await node().fetch(stage.user, 'outbox');
      expect(copies).toHaveLength(doorway === 'SMTP' ? 0 : 1);
    }
  }

  async function fetches(fetch: Fetching): Promise<void> {
    for (const tls of tlsWays) {
      const stage = await newStage();
      const { address } = stage.user;
      await node().api('POST', `/users/${encodeURIComponent(address)}/mailboxes`, { name: 'lists' });
      const [mailbox, to] =
        tls === 'after STLS' ? [undefined, address] : ['lists', address.replace('@', '+lists@')];
      for (let times = 0; times < 3; times += 1) await node().send(to, MESSAGE.replaceAll('\n', '\r\n'));
      const stored = Buffer.concat(await node().fetch(stage.user, mailbox));
      const login = mailbox === undefined ? address : `${address}|${mailbox}`;
      const fetched = await fetch(stage, { tls, login, messages: 3 });
      expect(fetched).toBe(stored.toString('latin1').replaceAll('\r\n', '\n'));
      expect(await node().fetch(stage.user, mailbox)).toEqual([]);
    }
  }

  for (const [name, send] of Object.entries(sendingClients)) {
    // what mutt sends has a header of its own
    withClients(clientOf(name))(`${name}: sends a message as it is`, () => sends(send, name !== 'mutt'));
  }

  for (const [name, fetch] of Object.entries(fetchingClients)) {
    withClients(clientOf(name))(`${name}: fetches what is there, and removes it`, () => fetches(fetch));
  }

  withClients('postal', 'rabid')('postal fills a mailbox, and rabid empties it', async () => {
    await fillAndEmpty(await newStage());
  });
}

/** By a user whose password is without blanks, as both programs want it. */
async function fillAndEmpty(stage: ClientStage): Promise<void> {
  const { node } = stage;
  const user = { address: `load-${stage.user.address}`, password: 'no-blanks' };
  await node.api('POST', '/users', user);
  const users = stage.file('users', `${user.address} ${user.password}\n`);
  const load = ['-m', '2', '-M', '1', '-t', '2', '-c', '2', '-p', String(node.port('smtp.listen'))];
  const count = async (): Promise<number> => {
    const boxes = await node.api('GET', `/users/${encodeURIComponent(user.address)}/mailboxes/inbox`);
    return Number((boxes as { readonly messages: unknown }).messages);
  };
  await stage.runUntil('postal', [...load, '127.0.0.1', users], async () => (await count()) >= 10);
  const server = `[127.0.0.1]${node.port('pop3.listen')}`;
  await stage.runUntil('rabid', ['-p', '1', server, users], async () => (await count()) === 0);
}
