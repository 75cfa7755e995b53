// Bad input to a node that runs, in every way we know. After each the node serves the next client at once, has logged no
// error, and has told the stranger nothing of its insides.
import { afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import type { MailNode, TestUser } from '../../mail-node.js';
import { until } from '../../until.js';
import { pop3BadInput } from './pop3-bad-input.js';
import { smtpBadInput } from './smtp-bad-input.js';
import { Stranger } from './stranger.js';

const LONG_MS = 120_000;
const AT_ONCE_MS = 1000;
const INSIDES =
  /\n\s+at |node_modules|\.[jt]s:\d|file:\/\/|\/(?:src|dist|home|root|tmp|usr|var|work)\/|Error:/;

const PLAIN_MESSAGE = 'Subject: one\r\n\r\nHello\r\n';

export function provesBadInput(node: () => MailNode): void {
  jest.setTimeout(LONG_MS);
  let user: TestUser;
  let stranger: Stranger;
  beforeAll(async () => {
    user = await node().newUser();
    for (let times = 0; times < 3; times += 1) await node().send(user.address, PLAIN_MESSAGE);
  });
  beforeEach(() => {
    stranger = new Stranger(node(), user);
  });
  afterEach(async () => {
    stranger.leave();
    await until('a new client is served within a second', () => isServed(node()));
    expect(node().process.lines.filter(isError)).toEqual([]);
    expect(INSIDES.exec(stranger.heard)?.[0]).toBeUndefined();
  });

  for (const [what, send] of Object.entries(pop3BadInput)) {
    it(`to POP3: ${what}`, async () => {
      await send(stranger);
      stranger.leave();
      expect(await stranger.messages()).toBe(3);
    });
  }

  for (const [what, send] of Object.entries(smtpBadInput)) {
    // what is sent goes with what is expected
    // oxlint-disable-next-line jest/expect-expect
    it(`to SMTP: ${what}`, () => send(stranger));
  }
}

/** At both doors. A machine that is busy is given further chances, a server that is not gives none. */
async function isServed(node: MailNode): Promise<boolean> {
  const startedMs = performance.now();
  const [smtp, pop3] = await Promise.all([node.smtp(), node.pop3()]);
  const answers = [await smtp.command('EHLO next.test'), await pop3.command('QUIT')];
  smtp.close();
  pop3.close();
  const [ehlo, quit] = answers;
  expect([smtp.greeting.code, pop3.greeting.isOk, ehlo, quit]).toMatchObject([
    220,
    true,
    { code: 250 },
    { isOk: true },
  ]);
  return performance.now() - startedMs < AT_ONCE_MS;
}

/** What is no line of the log is a stack trace, or what V8 says before it gives up. */
function isError({ level }: Readonly<Record<string, unknown>>): boolean {
  return level !== 'debug' && level !== 'info' && level !== 'warn';
}
