// What the proofs for POP3 share: a mailbox to open, a session that ends however the proof does, and the reply as it
// came, octet by octet.
import assert from 'node:assert/strict';
import type { MailNode, TestUser } from '../mail-node.js';
import type { Pop3Talk } from '../talk/pop3-talk.js';

export const MESSAGE = 'Subject: one\r\n\r\nHello\r\n';
export const DOTS = 'Subject: dots\r\n\r\n.\r\n..\r\n.hidden\r\nend.\r\n';
export const FOUR_LINES = 'Subject: lines\r\n\r\none\r\ntwo\r\nthree\r\nfour\r\n';

/** Somebody with these messages in his inbox, in this order. */
async function userWith(node: MailNode, ...messages: readonly string[]): Promise<TestUser> {
  const user = await node.newUser();
  for (const message of messages) await node.send(user.address, message);
  return user;
}

const readers = new WeakMap<MailNode, Promise<TestUser>>();

/** The same for all proofs to which it doesn't matter what is in his inbox. */
export function anyReader(node: MailNode): Promise<TestUser> {
  const reader = readers.get(node) ?? userWith(node, MESSAGE);
  readers.set(node, reader);
  return reader;
}

/** Closed afterwards; whoever wants UPDATE says QUIT. */
export async function during<T>(
  opening: Promise<Pop3Talk>,
  hold: (talk: Pop3Talk) => Promise<T>,
): Promise<T> {
  const talk = await opening;
  try {
    return await hold(talk);
  } finally {
    talk.close();
  }
}

/** A session of somebody who has just these messages. */
export async function withMailbox(
  node: MailNode,
  messages: readonly string[],
  hold: (talk: Pop3Talk, user: TestUser) => Promise<void>,
): Promise<void> {
  const user = await userWith(node, ...messages);
  await during(node.login(user), (talk) => hold(talk, user));
}

/** Each is answered +OK. */
export async function accepted(talk: Pop3Talk, ...commands: readonly string[]): Promise<void> {
  for (const command of commands) assert.equal((await talk.command(command)).isOk, true, command);
}

/** Each is answered -ERR, and the session goes on. */
export async function refused(talk: Pop3Talk, ...commands: readonly string[]): Promise<void> {
  for (const command of commands) assert.equal((await talk.command(command)).isOk, false, command);
  assert.equal(talk.connection.isEnded, false);
}

/** The line that a command is answered with, as it came. */
export function rawReply(talk: Pop3Talk, command: string): Promise<string> {
  talk.connection.send(Buffer.from(`${command}\r\n`));
  return talk.connection.line();
}

export async function octetsInStat(talk: Pop3Talk): Promise<number> {
  return Number((await talk.command('STAT')).text.split(' ')[1]);
}

export async function capabilities(talk: Pop3Talk): Promise<readonly string[]> {
  const { isOk, lines } = await talk.listing('CAPA');
  assert.equal(isOk, true);
  return lines;
}

/** The unique ids, in the order of the messages. */
export async function uniqueIds(talk: Pop3Talk): Promise<readonly string[]> {
  return (await talk.listing('UIDL')).lines.map((line) => line.slice(line.indexOf(' ') + 1));
}

export function plain(user: string, password: string, authority = ''): string {
  return Buffer.from(`${authority}\0${user}\0${password}`).toString('base64');
}

/** Waits until the mailbox is free again: QUIT, where a closed connection would do in its own time. */
export async function quit(talk: Pop3Talk): Promise<void> {
  await accepted(talk, 'QUIT');
  await talk.connection.ended();
}

/** A session of somebody of whom it doesn't matter what he has. */
export async function whileLoggedIn(node: MailNode, hold: (talk: Pop3Talk) => Promise<void>): Promise<void> {
  await during(node.login(await anyReader(node)), async (talk) => {
    await hold(talk);
    await quit(talk);
  });
}

/** Before the login and after it. */
export async function announcedInBothStates(node: MailNode, capability: string): Promise<void> {
  await whileLoggedIn(node, async (talk) => {
    assert.ok((await capabilities(talk)).includes(capability));
    assert.ok((await during(node.pop3s(), capabilities)).includes(capability));
  });
}
