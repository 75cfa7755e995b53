// What the proofs about SMTP share: conversations whose answers are checked line by line, and messages followed from
// DATA to RETR.
import assert from 'node:assert/strict';
import type { MailNode, TestUser } from '../mail-node.js';
import type { SmtpReply, SmtpTalk } from '../talk/smtp-talk.js';

/** A line, and how its answer begins: `250`, or `550 5.1.1`. */
export type Exchange = readonly [line: string, answer: string];

export type Proof = (node: MailNode) => Promise<void>;
export type TalkProof = (talk: SmtpTalk, node: MailNode) => Promise<void>;

export const EHLO: Exchange = ['EHLO client.test', '250'];
export const MAIL: Exchange = ['MAIL FROM:<sender@remote.test>', '250 2.1.0'];
export const STILL_THERE: Exchange = ['NOOP', '250 2.0.0'];

const users = new WeakMap<MailNode, Promise<TestUser>>();

/** One for all proofs that do not mind other mail in the mailbox. */
export function anyUser(node: MailNode): Promise<TestUser> {
  const known = users.get(node);
  if (known !== undefined) return known;
  const user = node.newUser();
  users.set(node, user);
  return user;
}

function said({ code, enhanced }: SmtpReply): string {
  return enhanced === undefined ? String(code) : `${code} ${enhanced}`;
}

export function assertReply(reply: SmtpReply, answer: string, what: string): void {
  const shown = `${said(reply)} ${reply.lines.join(' / ')}`;
  assert.ok(said(reply).startsWith(answer), `${what} was answered ${shown}, not ${answer}`);
}

export async function exchange(talk: SmtpTalk, ...steps: readonly Exchange[]): Promise<void> {
  for (const [line, answer] of steps) assertReply(await talk.command(line), answer, line.slice(0, 100));
}

/** On port 25, after the greeting. */
export function onSmtp(prove: TalkProof): Proof {
  return async (node) => {
    const talk = await node.smtp();
    try {
      await prove(talk, node);
    } finally {
      talk.close();
    }
  };
}

/** Each line on port 25 is answered like this. */
export function answers(...steps: readonly Exchange[]): Proof {
  return onSmtp((talk) => exchange(talk, ...steps));
}

/** On port 25, when RCPT has been accepted. */
export function withRecipient(prove: TalkProof): Proof {
  return onSmtp(async (talk, node) => {
    await exchange(talk, EHLO, MAIL, await toAnyUser(node));
    await prove(talk, node);
  });
}

export async function toAnyUser(node: MailNode): Promise<Exchange> {
  const { address } = await anyUser(node);
  return [`RCPT TO:<${address}>`, '250 2.1.5'];
}

/** On the submission port with TLS, before EHLO. */
export function onSubmissions(prove: TalkProof): Proof {
  return async (node) => {
    const talk = await node.submissions();
    try {
      await prove(talk, node);
    } finally {
      talk.close();
    }
  };
}

/** The same, after EHLO and a login of `anyUser`. */
export function loggedIn(prove: (talk: SmtpTalk, node: MailNode, user: TestUser) => Promise<void>): Proof {
  return onSubmissions(async (talk, node) => {
    const user = await anyUser(node);
    await exchange(talk, EHLO);
    assertReply(await talk.authPlain(user.address, user.password), '235', 'AUTH');
    await prove(talk, node, user);
  });
}

export interface ReceivedMessage {
  /** Return-Path and our Received. */
  readonly trace: string;
  /** What the client sent. */
  readonly content: string;
}

/** The octets of DATA, exactly as given, as they come out of the mailbox again (as latin1). */
export async function received(
  node: MailNode,
  data: string | Buffer,
  { ehlo = EHLO, mail = MAIL }: { readonly ehlo?: Exchange; readonly mail?: Exchange } = {},
): Promise<ReceivedMessage> {
  const before = await messageCount(node);
  await onSmtp(async (talk) => {
    await exchange(talk, ehlo, mail, await toAnyUser(node), ['DATA', '354']);
    talk.connection.send(data);
    assertReply(await talk.reply(), '250 2.0.0', 'the message');
  })(node);
  assert.equal(await messageCount(node), before + 1);
  return newest(node);
}

export async function messageCount(node: MailNode, user?: TestUser): Promise<number> {
  const talk = await node.login(user ?? (await anyUser(node)));
  try {
    const { text } = await talk.command('STAT');
    await talk.command('QUIT');
    return Number(text.split(' ')[0]);
  } finally {
    talk.close();
  }
}

export async function newest(node: MailNode, user?: TestUser): Promise<ReceivedMessage> {
  const talk = await node.login(user ?? (await anyUser(node)));
  try {
    const { text } = await talk.command('STAT');
    const { isOk, content } = await talk.content(`RETR ${text.split(' ')[0]}`);
    assert.ok(isOk, 'the newest message can be fetched');
    await talk.command('QUIT');
    return parted(content.toString('latin1'));
  } finally {
    talk.close();
  }
}

function parted(message: string): ReceivedMessage {
  const [, trace] =
    /^(Return-Path: <[^\r\n]*>\r\nReceived: [^\r\n]*\r\n(?:\t[^\r\n]*\r\n)*)/.exec(message) ?? [];
  assert.ok(trace !== undefined, `no trace before ${JSON.stringify(message.slice(0, 200))}`);
  return { trace, content: message.slice(trace.length) };
}

/** Nothing comes into the mailbox of `anyUser` by it. */
export function bringsNothing(prove: Proof): Proof {
  return async (node) => {
    const before = await messageCount(node);
    await prove(node);
    assert.equal(await messageCount(node), before);
  };
}
