// A crowd of clients that do nothing, or next to nothing, must not keep a new one waiting.
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailNode } from '../mail-node.js';
import { TemporaryFolder } from '../temporary-folder.js';

const IDLE = 3000;
const SLOW = 500;
const AT_ONCE = 50;
const NEWCOMERS = 50;
const LONGEST_MS = 300;
/** For nine in ten: the machine of a test has other things to do, too. */
const LONGEST_OF_MOST_MS = 1000;
const ROUNDS = 3;
const LONG_MS = 120_000;
const DIALOGUE = 'EHLO slow.test\r\nMAIL FROM:<a@remote.test>\r\n';
/** With this much sent ahead, an octet per second stays above one per second on average however late it comes. */
const AHEAD = `Subject: ${'x'.repeat(600)}\r\n\r\n`;

describe('3,000 idle clients and 500 that send an octet per second', () => {
  const folder = new TemporaryFolder();
  const crowd: Socket[] = [];
  let node: MailNode;
  let typing: NodeJS.Timeout;

  beforeAll(async () => {
    node = await MailNode.start({
      data: join(folder.path, 'data'),
      set: [
        'workers=2',
        'limits.connections=10000',
        'limits.connectionsPerIp=10000',
        // nobody is sent away for being slow, however long this takes
        'limits.dataRate=1B',
        'limits.smtpIdle=1h',
        'limits.pop3Idle=1h',
      ],
    });
    const { address } = await node.newUser();
    const ports = ['smtp.listen', 'pop3.listen'].map((key) => node.port(key));
    for (let joined = 0; joined < IDLE; joined += AT_ONCE) await joinCrowd(AT_ONCE, ports);
    const slow: Socket[] = [];
    for (let joined = 0; joined < SLOW; joined += AT_ONCE)
      slow.push(...(await joinCrowd(AT_ONCE, ports.slice(0, 1))));
    // half of them within a message, the others within a command
    await Promise.all(slow.slice(0, SLOW / 2).map((socket) => beginMessage(socket, address)));
    typing = setInterval(() => {
      for (const socket of slow) socket.write('x');
    }, 1000);
  }, LONG_MS);

  afterAll(async () => {
    clearInterval(typing);
    for (const socket of crowd) socket.destroy();
    await node.stop('SIGKILL');
    folder.remove();
  }, LONG_MS);

  async function joinCrowd(count: number, ports: readonly number[]): Promise<readonly Socket[]> {
    const sockets = Array.from({ length: count }, (_, index) =>
      connect({ host: '127.0.0.1', port: ports[index % ports.length] ?? 0 }),
    );
    for (const socket of sockets) socket.on('error', () => undefined);
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    crowd.push(...sockets);
    return sockets;
  }

  const doors: ReadonlyArray<readonly [string, () => Promise<{ close(): void }>]> = [
    ['SMTP', () => node.smtp()],
    ['submission over TLS', () => node.submissions()],
    ['POP3', () => node.pop3()],
    ['POP3 over TLS', () => node.pop3s()],
  ];

  it.each(doors)(
    'let a new client have its greeting in time: %s',
    async (_door, open) => {
      const rounds: Waits[] = [];
      for (let round = 0; round < ROUNDS; round += 1) rounds.push(await newcomers(open));
      expect(Math.min(...rounds.map(({ medianMs }) => medianMs))).toBeLessThan(LONGEST_MS);
      expect(Math.min(...rounds.map(({ mostMs }) => mostMs))).toBeLessThan(LONGEST_OF_MOST_MS);
    },
    LONG_MS,
  );

  it('are all still there', () => {
    expect(crowd.filter(({ destroyed, readableEnded }) => destroyed || readableEnded)).toHaveLength(0);
  });
});

/** Resolves when the server waits for the rest of it. */
async function beginMessage(socket: Socket, to: string): Promise<void> {
  const isTaken = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      if (/^354 /m.test(chunk.toString())) resolve();
    });
  });
  socket.write(`${DIALOGUE}RCPT TO:<${to}>\r\nDATA\r\n`);
  await isTaken;
  socket.write(AHEAD);
}

interface Waits {
  readonly medianMs: number;
  /** Nine in ten waited no longer. */
  readonly mostMs: number;
}

/** From the first packet to the greeting. */
async function newcomers(open: () => Promise<{ close(): void }>): Promise<Waits> {
  const waits: number[] = [];
  for (let count = 0; count < NEWCOMERS; count += 1) {
    const startedMs = performance.now();
    const talk = await open();
    waits.push(performance.now() - startedMs);
    talk.close();
  }
  const sorted = waits.toSorted((a, b) => a - b);
  return { medianMs: sorted[NEWCOMERS / 2] ?? Infinity, mostMs: sorted[NEWCOMERS * 0.9] ?? Infinity };
}
