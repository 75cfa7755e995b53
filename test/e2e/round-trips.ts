// Messages from SMTP to POP3, octet by octet: what comes out of a mailbox is what went in, after the two lines that the
// server puts before it.
import { beforeAll, expect, it } from '@jest/globals';
import type { MailNode, TestUser } from '../mail-node.js';

/** 50 MiB, on a busy machine. */
const LONG_MS = 180_000;

const HEADER = 'Subject: octets\r\n\r\n';
export const MIB = 2 ** 20;
const EVERY_OCTET = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet)).filter(
  (octet) => octet !== 0x0a && octet !== 0x0d,
);

const messages: Readonly<Record<string, Buffer>> = {
  'no octet at all': Buffer.alloc(0),
  'an empty line': Buffer.from('\r\n'),
  'a header without a body': Buffer.from('Subject: x\r\n'),
  'a body without a header': Buffer.from('\r\ntext\r\n'),
  'dots in every place': Buffer.from('.\r\n..\r\n...\r\n.a\r\n..a\r\na.\r\n \r\n.\r\n\r\n.\r\n'),
  'a line that looks like an answer or a command': Buffer.from('\r\n+OK\r\n-ERR\r\nQUIT\r\nFrom x\r\n'),
  'every octet but CR and LF, NUL included': Buffer.from([
    ...Buffer.from(HEADER),
    ...EVERY_OCTET,
    0x0d,
    0x0a,
  ]),
  'octets that are no UTF-8': Buffer.from([...Buffer.from(HEADER), 0xff, 0xfe, 0xc3, 0x28, 0x0d, 0x0a]),
  'white space at the ends of lines': Buffer.from(`${HEADER} a \r\n\t\r\n\t b\t\r\n`),
  ...Object.fromEntries(
    [998, 1000, 10_000, 1_000_000].map((octets) => [
      `a line of ${octets} octets`,
      Buffer.from(`${HEADER}.${'x'.repeat(octets - 1)}\r\nand another\r\n`),
    ]),
  ),
};

export function provesRoundTrips(
  node: () => MailNode,
  { largestBytes }: { readonly largestBytes: number },
): void {
  let user: TestUser;

  beforeAll(async () => {
    user = await node().newUser();
  });

  for (const [name, message] of Object.entries(messages)) {
    it(`${name}: comes back as it was sent, by DATA and by BDAT`, async () => {
      await node().send(user.address, message);
      await expectNewest(node(), user, message);
      await sendInChunks(node(), user, message);
      await expectNewest(node(), user, message);
    });
  }

  it('a last line without its end, by BDAT: gets one, which is counted', async () => {
    const before = await completedLines(node());
    await sendInChunks(node(), user, Buffer.from(`${HEADER}no end`));
    await expectNewest(node(), user, Buffer.from(`${HEADER}no end\r\n`));
    await sendInChunks(node(), user, Buffer.from(`${HEADER}an end\r\n`));
    await expectNewest(node(), user, Buffer.from(`${HEADER}an end\r\n`));
    expect(await completedLines(node())).toBe(before + 1);
  });

  it(
    `${largestBytes / MIB} MiB: comes back as it was sent`,
    async () => {
      const message = largeMessage(largestBytes);
      await node().send(user.address, message);
      await expectNewest(node(), user, message);
    },
    LONG_MS,
  );
}

async function sendInChunks(node: MailNode, user: TestUser, message: Buffer): Promise<void> {
  const half = Math.ceil(message.length / 2);
  const talk = await node.smtp();
  try {
    await talk.ehlo();
    await talk.command('MAIL FROM:<sender@remote.test> BODY=8BITMIME');
    await talk.command(`RCPT TO:<${user.address}>`);
    talk.connection.send(`BDAT ${half}\r\n`);
    talk.connection.send(message.subarray(0, half));
    expect((await talk.reply()).code).toBe(250);
    talk.connection.send(`BDAT ${message.length - half} LAST\r\n`);
    talk.connection.send(message.subarray(half));
    expect((await talk.reply()).code).toBe(250);
  } finally {
    talk.close();
  }
}

/** RETR, and the size that LIST tells. */
async function expectNewest(node: MailNode, user: TestUser, message: Buffer): Promise<void> {
  const talk = await node.login(user);
  try {
    const number = (await talk.command('STAT')).text.split(' ')[0];
    const { text } = await talk.command(`LIST ${number}`);
    const { content } = await talk.content(`RETR ${number}`);
    await talk.command('QUIT');
    expect(text).toBe(`${number} ${content.length}`);
    const traceEnd = content.length - message.length;
    const trace = content.toString('latin1', 0, traceEnd);
    expect(trace).toMatch(/^Return-Path: <[^\r\n]*>\r\nReceived: [^\r\n]*\r\n(\t[^\r\n]*\r\n)+$/);
    expect(firstDifference(content.subarray(traceEnd), message)).toBeUndefined();
  } finally {
    talk.close();
  }
}

/** Said instead of two messages of many megabytes. */
function firstDifference(left: Buffer, right: Buffer): string | undefined {
  if (left.equals(right)) return undefined;
  const at = left.findIndex((octet, index) => octet !== right[index]);
  const around = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1', at, at + 40));
  return `at octet ${at}: ${around(left)} and not ${around(right)}`;
}

/** Lines that are all different, every tenth with a dot first. */
function largeMessage(octets: number): Buffer {
  const message = Buffer.alloc(octets, 'x');
  message.write(HEADER);
  for (let at = HEADER.length, line = 0; at + 2000 < octets; at += 1000, line += 1)
    message.write(`${line % 10 === 0 ? '.' : ''}${line} `.padEnd(998, 'y').concat('\r\n'), at);
  message.write('\r\n', octets - 2);
  return message;
}

async function completedLines(node: MailNode): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${node.port('admin.listen')}/metrics`);
  const text = await response.text();
  return Number(/^cassmail_smtp_lines_completed_total(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0);
}
