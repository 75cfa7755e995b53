import { beforeEach, describe, expect, it } from '@jest/globals';
import { TimeUuidSource } from '../../../../src/base/time-uuid.js';
import { Metrics } from '../../../../src/base/metrics.js';
import { systemRandom } from '../../../../src/base/random.js';
import { INBOX } from '../../../../src/mail/mailbox-name.js';
import { parseLogin } from '../../../../src/mail/login.js';
import { Conversation } from '../../../../src/smtp/session/conversation.js';
import { Session } from '../../../../src/smtp/session/session.js';
import type { Step } from '../../../../src/smtp/session/step.js';
import type { SmtpSettings } from '../../../../src/smtp/smtp-settings.js';
import { VirtualTime } from '../../../virtual-time.js';

const SETTINGS: SmtpSettings = {
  hostname: 'mx.test',
  messageSizeBytes: 1000,
  recipientsPerMessage: 2,
  messagesPerConnection: undefined,
  errorsPerConnection: 5,
  loginFailuresPerConnection: 3,
  junkCommands: 10,
  idleMs: 300_000,
  sessionMs: 3_600_000,
  dataRate: 100,
  greetingDelayMs: 0,
  requireTls: true,
  checkSender: true,
};

describe('an SMTP session', () => {
  let time: VirtualTime;
  let session: Session;
  let logged: string[];

  beforeEach(() => {
    time = new VirtualTime();
    logged = [];
    const ids = new TimeUuidSource(time, systemRandom);
    const log = { write: (event: string) => void logged.push(event), with: () => log };
    const mailbox = { login: parseLogin('anne@example.com'), mailbox: INBOX };
    session = new Session(
      {
        profile: 'smtp',
        settings: () => SETTINGS,
        intake: {
          accept: async ({ content }) => {
            let sizeBytes = 0;
            for await (const piece of content) sizeBytes += piece.length;
            return { id: ids.next(), sizeBytes };
          },
        },
        addressBook: {
          resolve: () => Promise.resolve({ kind: 'known', mailboxes: [mailbox], remote: [] }),
          maySendAs: () => Promise.resolve(true),
        },
        loginCheck: { check: () => Promise.resolve({ kind: 'refused' }) },
        welcome: { isWelcome: async () => true },
        allowance: { take: () => Promise.resolve(true) },
        tls: undefined,
        contentFilter: () => ({ feed: (chunk) => [chunk], end: () => [] }),
        mayUseXclient: () => false,
        relay: { isThere: true, isFreeFor: () => false, assertOpen: () => undefined },
        clock: time,
        timers: time,
        random: systemRandom,
        log,
        metrics: new Metrics(),
      },
      new Conversation({ address: '192.0.2.1', port: 1 }, undefined),
    );
  });

  async function say(line: string): Promise<Step> {
    return session.line(Buffer.from(line), 'crlf');
  }

  async function code(line: string): Promise<number | undefined> {
    return (await say(line)).reply?.code;
  }

  async function begin(): Promise<void> {
    for (const line of ['EHLO client.test', 'MAIL FROM:<>', 'RCPT TO:<anne@example.com>']) await say(line);
    expect((await say('DATA')).next).toEqual({ kind: 'data' });
  }

  it('ends at the next command when it has lasted too long, never within a message', async () => {
    await begin();
    await time.advance(3_600_001);
    expect(session.content.take(Buffer.from('x'.repeat(999)))).toBeUndefined();
    expect((await session.contentEnded()).reply?.code).toBe(250);
    expect(await say('NOOP')).toMatchObject({ reply: { code: 421 }, next: { kind: 'close' } });
  });

  it('sends a client away that sends too slowly, once a minute has passed', async () => {
    await begin();
    await time.advance(59_000);
    void session.content.take(Buffer.from('x'));
    expect(session.content.trouble()).toBeUndefined();
    await time.advance(2_000);
    void session.content.take(Buffer.from('x'));
    expect(session.content.trouble()).toMatchObject({ reply: { code: 421, status: '4.4.2' } });
  });

  it('sends a client away that goes on after ten times the largest message', async () => {
    await begin();
    for (let sent = 0; sent < 10_000; sent += 1000) void session.content.take(Buffer.alloc(1000, 'x'));
    expect(session.content.trouble()).toBeUndefined();
    void session.content.take(Buffer.from('x'));
    expect(session.content.trouble()).toMatchObject({ reply: { code: 421 } });
    session.end();
  });

  it('counts recipients beyond the limit as errors only when they are far beyond it', async () => {
    await say('EHLO client.test');
    await say('MAIL FROM:<>');
    const codes: (number | undefined)[] = [];
    for (let count = 0; count < 6; count += 1) codes.push(await code(`RCPT TO:<r${count}@example.com>`));
    expect(codes).toEqual([250, 250, 452, 452, 550, 550]);
  });

  it('counts idle talk as errors beyond the limit', async () => {
    const codes: (number | undefined)[] = [];
    for (let count = 0; count < 16; count += 1) codes.push(await code('RSET'));
    expect(codes.slice(-2)).toEqual([250, 421]);
  });

  it('logs ten refusals of a client at most', async () => {
    const refused = session;
    for (let count = 0; count < 40; count += 1) {
      await begin();
      void refused.content.take(Buffer.from('x\r\n'));
      await refused.contentEnded();
      await say('FOO');
      expect(await code('RSET')).toBe(250);
    }
    expect(logged.filter((event) => event === 'smtp.refused')).toHaveLength(10);
  });
});
