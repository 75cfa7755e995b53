// A mailbox of very many messages: opening it, listing it and removing from it takes little time, and the worker turns
// to its other clients all the while.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import { Budget } from '../../src/base/budget.js';
import { systemRandom } from '../../src/base/random.js';
import { TimeUuidSource } from '../../src/base/time-uuid.js';
import { parseLogin } from '../../src/mail/login.js';
import { INBOX } from '../../src/mail/mailbox-name.js';
import type { Store } from '../../src/store/api/store.js';
import { computedMs } from '../computed.js';
import { longestBlockMs, loopWatched } from '../loop-blocks.js';
import { MailNode, type TestUser } from '../mail-node.js';
import { TemporaryFolder } from '../temporary-folder.js';

const LONG_MS = 180_000;
const AT_ONCE = 500;
const STORING_MS = 60_000;
/**
 * What the node computes for a login, from the first packet to the answer to STAT, where a second on the wall is wanted
 * of a machine that has nothing else to do. The cheapest counts: garbage of others is collected in some.
 */
const MOST_LOGIN_MS = 800;
const LOGINS = 6;
const LONGEST_BLOCK_MS = 100;
const MESSAGE = Buffer.from('Subject: one of many\r\n\r\nHello\r\n');

export interface LargeMailboxOptions {
  readonly messages: number;
  readonly set?: readonly string[];
  /** The store of a node that runs, beside it. */
  readonly open: (dataFolder: string) => Promise<Pick<Store, 'mailboxes' | 'close'>>;
}

export function provesLargeMailbox({ messages, set = [], open }: LargeMailboxOptions): void {
  jest.setTimeout(LONG_MS);
  const folder = new TemporaryFolder();
  const blocks = join(folder.path, 'blocks');
  const data = join(folder.path, 'data');
  let node: MailNode | undefined;
  let user: TestUser;
  beforeAll(async () => {
    node = await MailNode.start({ data, set, environment: loopWatched(blocks) });
    user = await node.newUser();
    const store = await open(data);
    await fill(store, user, messages);
    await store.close();
  });
  afterAll(async () => {
    await node?.stop();
    folder.remove();
  });

  function running(): MailNode {
    if (node === undefined) throw new Error('the node did not start');
    return node;
  }

  it('is opened with less than a second of computing', async () => {
    const costs: number[] = [];
    for (let times = 0; times < LOGINS; times += 1) costs.push(await loginCostMs(running(), user, messages));
    expect(Math.min(...costs)).toBeLessThan(MOST_LOGIN_MS);
  });

  it('is opened, listed and emptied in part while others are served', async () => {
    const sinceMs = Date.now();
    const talk = await running().login(user);
    expect((await talk.listing('LIST')).lines).toHaveLength(messages);
    const { lines } = await talk.listing('UIDL');
    expect(new Set(lines.map((line) => line.split(' ')[1])).size).toBe(messages);
    for (let number = 1; number <= messages; number += 10) talk.connection.send(`DELE ${number}\r\n`);
    for (let number = 1; number <= messages; number += 10) expect((await talk.reply()).isOk).toBe(true);
    expect((await talk.command('QUIT')).isOk).toBe(true);
    expect(longestBlockMs(blocks, sinceMs)).toBeLessThan(LONGEST_BLOCK_MS);
    await loginCostMs(running(), user, messages - messages / 10);
  });
}

/** After a look that all messages are there. */
async function loginCostMs(node: MailNode, user: TestUser, messages: number): Promise<number> {
  const beforeMs = computedMs(node);
  const talk = await node.login(user);
  const { text } = await talk.command('STAT');
  const costMs = computedMs(node) - beforeMs;
  expect(text).toBe(`${messages} ${messages * MESSAGE.length}`);
  await talk.command('QUIT');
  talk.close();
  return costMs;
}

async function fill(
  { mailboxes }: Pick<Store, 'mailboxes'>,
  user: TestUser,
  messages: number,
): Promise<void> {
  const ids = new TimeUuidSource(systemClock, systemRandom);
  const to = [{ login: parseLogin(user.address), mailbox: INBOX }];
  for (let stored = 0; stored < messages; stored += AT_ONCE) {
    const budget = Budget.of(systemClock, STORING_MS);
    await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        mailboxes.deliver({ id: ids.next(), body: { kind: 'small', bytes: MESSAGE }, to }, budget),
      ),
    );
  }
}
