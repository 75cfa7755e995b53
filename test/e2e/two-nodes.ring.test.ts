// Nodes that share one ring serve the same users: what one of them has accepted, removed, locked or been told, holds on
// the others.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { killHard } from '../kill-hard.js';
import { MailNode, type TestUser } from '../mail-node.js';
import { keyspaceName, threeNodeRingSettings } from '../ring-addresses.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { until } from '../until.js';

const MESSAGE = 'Subject: from one to the other\r\n\r\nHello\r\n';
const START_MS = 120_000;
/** A claim that nobody extends lapses after a minute. */
const TAKEOVER_MS = 75_000;

const folder = new TemporaryFolder();
const keyspace = keyspaceName('two_nodes');
const started: MailNode[] = [];

async function start(...set: readonly string[]): Promise<MailNode> {
  const data = join(folder.path, `node-${started.length + 1}`);
  const node = await MailNode.start({ data, set: [...threeNodeRingSettings(keyspace), ...set] });
  started.push(node);
  return node;
}

afterAll(async () => {
  await Promise.all(started.map((node) => node.stop()));
  folder.remove();
}, 60_000);

describe('two nodes on one ring', () => {
  let one: MailNode;
  let other: MailNode;
  beforeAll(async () => {
    one = await start();
    other = await start();
  }, START_MS);

  it('serve one mailbox: sent to one, fetched from the other', async () => {
    const user = await one.newUser();
    await one.send(user.address, MESSAGE);
    await other.send(user.address, MESSAGE);
    for (const node of [one, other]) {
      const messages = await node.fetch(user);
      expect(messages.map((message) => message.toString().endsWith(MESSAGE))).toEqual([true, true]);
    }
  });

  it('give the same unique ids, sizes and octets', async () => {
    const user = await one.newUser();
    await one.send(user.address, MESSAGE);
    expect(await listed(other, user)).toEqual(await listed(one, user));
    expect(await other.fetch(user)).toEqual(await one.fetch(user));
  });

  it('remove for both what was deleted on one', async () => {
    const user = await one.newUser();
    await other.send(user.address, MESSAGE);
    const talk = await one.login(user);
    expect((await talk.command('DELE 1')).isOk).toBe(true);
    expect((await talk.command('QUIT')).isOk).toBe(true);
    talk.close();
    expect(await other.fetch(user)).toEqual([]);
  });

  it('let one session at a time have a mailbox, wherever it is (RFC 1939 section 4)', async () => {
    const user = await one.newUser();
    const holder = await one.login(user);
    const talk = await other.pop3s();
    expect(await talk.login(user.address, user.password)).toMatchObject({ isOk: false, code: 'IN-USE' });
    expect((await holder.command('QUIT')).isOk).toBe(true);
    expect((await talk.login(user.address, user.password)).isOk).toBe(true);
    holder.close();
    talk.close();
  });

  it('know a user at once who was added on either', async () => {
    const user = await one.newUser();
    expect(await rcptCode(other, user)).toBe(250);
    expect(await popOutcome(other, user)).toBe('granted');
    expect(await submissionCode(other, user)).toBe(235);
  });

  it('honour a new password within seconds, for POP3 and for submission', async () => {
    const before = await one.newUser();
    expect(await popOutcome(other, before)).toBe('granted');
    expect(await submissionCode(other, before)).toBe(235);
    const now = { ...before, password: 'another horse' };
    await one.api('PUT', `/users/${now.address}/password`, { password: now.password });
    await until('the old password is refused', async () => (await popOutcome(other, before)) === 'AUTH');
    await until('it is for submission too', async () => (await submissionCode(other, before)) === 535);
    expect(await popOutcome(other, now)).toBe('granted');
    expect(await submissionCode(other, now)).toBe(235);
  });

  it('honour that a user is disabled within seconds, for POP3, submission and mail to him', async () => {
    const user = await one.newUser();
    expect(await popOutcome(other, user)).toBe('granted');
    expect(await submissionCode(other, user)).toBe(235);
    expect(await rcptCode(other, user)).toBe(250);
    await one.api('POST', `/users/${user.address}/disable`);
    await until('POP3 refuses him', async () => (await popOutcome(other, user)) === 'AUTH');
    await until('submission refuses him', async () => (await submissionCode(other, user)) === 535);
    await until('mail to him is refused', async () => (await rcptCode(other, user)) === 550);
  });
});

describe('two nodes of different consistency on one ring', () => {
  let quick: MailNode;
  let strict: MailNode;
  beforeAll(async () => {
    quick = await start('store.cassandra.consistency.write=ONE', 'store.cassandra.consistency.read=ONE');
    strict = await start('store.cassandra.consistency.write=ALL', 'store.cassandra.consistency.read=ALL');
  }, START_MS);

  // one that all replicas have can be read from any, and one that any has can be read from all
  it.each([
    ['written to ALL and read from ONE', () => [strict, quick] as const],
    ['written to ONE and read from ALL', () => [quick, strict] as const],
  ])('see at once what was %s', async (_what, nodes) => {
    const [writer, reader] = nodes();
    const user = await writer.newUser();
    await writer.send(user.address, MESSAGE);
    expect(await reader.fetch(user)).toHaveLength(1);
    const talk = await writer.login(user);
    await talk.command('DELE 1');
    expect((await talk.command('QUIT')).isOk).toBe(true);
    talk.close();
    expect(await reader.fetch(user)).toEqual([]);
  });

  it('see in the end what was written to ONE and read from ONE', async () => {
    const user = await quick.newUser();
    await quick.send(user.address, MESSAGE);
    await until('it is there', async () => (await quick.fetch(user)).length === 1);
    expect(await strict.fetch(user)).toHaveLength(1);
  });
});

describe('a node that is killed', () => {
  it(
    'loses its locks within the minute for which a claim lasts, and its mail is where it was',
    async () => {
      const survivor = started[0] ?? (await start());
      const victim = await start();
      const user = await survivor.newUser();
      await victim.send(user.address, MESSAGE);
      const holder = await victim.login(user);
      await holder.command('DELE 1');
      await kill(victim);
      holder.close();
      expect(await popOutcome(survivor, user)).toBe('IN-USE');
      await until(
        'the lock lapses',
        async () => (await popOutcome(survivor, user)) === 'granted',
        TAKEOVER_MS,
      );
      expect(await survivor.fetch(user)).toHaveLength(1);
    },
    START_MS + TAKEOVER_MS,
  );
});

async function listed(node: MailNode, user: TestUser): Promise<readonly (readonly string[])[]> {
  const talk = await node.login(user);
  try {
    const lists = [await talk.listing('UIDL'), await talk.listing('LIST')];
    await talk.command('QUIT');
    return lists.map(({ lines }) => lines);
  } finally {
    talk.close();
  }
}

/** *granted*, or the response code of the refusal. */
async function popOutcome(node: MailNode, { address, password }: TestUser): Promise<string | undefined> {
  const talk = await node.pop3s();
  try {
    const { isOk, code } = await talk.login(address, password);
    if (!isOk) return code;
    await talk.command('QUIT');
    return 'granted';
  } finally {
    talk.close();
  }
}

async function submissionCode(node: MailNode, { address, password }: TestUser): Promise<number> {
  const talk = await node.submissions();
  try {
    await talk.ehlo();
    return (await talk.authPlain(address, password)).code;
  } finally {
    talk.close();
  }
}

async function rcptCode(node: MailNode, { address }: TestUser): Promise<number> {
  const talk = await node.smtp();
  try {
    await talk.ehlo();
    await talk.command('MAIL FROM:<sender@remote.test>');
    return (await talk.command(`RCPT TO:<${address}>`)).code;
  } finally {
    talk.close();
  }
}

/** All of it at once, as a machine goes down. */
async function kill({ process: primary }: MailNode): Promise<void> {
  killHard([primary.pid, ...primary.workerPids]);
  await primary.exitCode();
}
