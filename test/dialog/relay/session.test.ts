import { afterEach, describe, expect, it } from '@jest/globals';
import {
  at,
  BEHAVE,
  CLOSE,
  cutAfter,
  HANG,
  reply,
  TAKE,
  type RemoteScript,
} from '../../../src/lab/remote/remote-script.js';
import { contentOf } from '../../../src/lab/remote/remote-message.js';
import { until } from '../../until.js';
import { certificate, closeAll, large, remote, small, transaction, troubleOf, visit } from './remote.js';

const SOON = 100;
const WITHOUT_PIPELINING = ['8BITMIME'];

afterEach(closeAll);

/** One at each step in turn, transaction by transaction. */
const refusals: RemoteScript = ({ point, transaction: number }) =>
  (point === 'MAIL' && number === 1) ||
  (point === 'RCPT' && number === 2) ||
  (point === 'dot' && number === 4)
    ? [reply('550', 'No')]
    : point === 'DATA' && number === 3
      ? [reply('554', 'No')]
      : undefined;
describe('a session with a remote host', () => {
  it.each([
    ['in one go, where the host has PIPELINING', undefined],
    ['step by step, where it has not', WITHOUT_PIPELINING],
  ])('delivers %s, as often as one likes', async (_how, extensions) => {
    const host = await remote(extensions === undefined ? {} : { extensions });
    const session = await visit(host);
    for (let round = 1; round <= 3; round += 1) {
      const end = await session.transact(transaction());
      expect(end).toEqual({
        kind: 'answered',
        ends: [{ kind: 'taken', reply: { code: 250, status: '2.0.0', says: '250 2.0.0 Taken' } }],
      });
      expect(host.ledger.count).toBe(round);
      expect(session.isUsable).toBe(true);
    }
    expect(host.connections.total).toBe(1);
    expect(host.ledger.messages[0]).toMatchObject({
      mail: 'FROM:<a@us.example>',
      recipients: ['TO:<b@d.example>'],
      isSecure: false,
    });
    await session.quit();
    expect(host.count('QUIT')).toBe(1);
  });

  it.each([undefined, WITHOUT_PIPELINING])(
    'tells each recipient’s own end, in their order (%j)',
    async (extensions) => {
      const host = await remote({
        ...(extensions === undefined ? {} : { extensions }),
        script: ({ point, argument }) =>
          point === 'RCPT' && argument.includes('no')
            ? [reply('550', '5.1.1 Nobody')]
            : point === 'RCPT' && argument.includes('later')
              ? [reply('451', '4.3.0 Later')]
              : undefined,
      });
      const session = await visit(host);
      const recipients = ['no', 'yes', 'later', 'yes'].map((name) => `RCPT TO:<${name}@d.example>`);
      const end = await session.transact(transaction({ recipients }));
      expect(end.kind === 'answered' ? end.ends.map((one) => [one.kind, one.reply.code]) : end).toEqual([
        ['refused', 550],
        ['taken', 250],
        ['refused', 451],
        ['taken', 250],
      ]);
      expect(host.ledger.messages[0]?.recipients).toHaveLength(2);
    },
  );

  it.each([undefined, WITHOUT_PIPELINING])(
    'is usable after refusals of any kind (%j)',
    async (extensions) => {
      const host = await remote({ ...(extensions === undefined ? {} : { extensions }), script: refusals });
      const session = await visit(host);
      for (const step of ['mail', 'recipient', 'data', 'dot']) {
        expect(await session.transact(transaction())).toMatchObject({ ends: [{ kind: 'refused', step }] });
      }
      expect(await session.transact(transaction())).toMatchObject({ ends: [{ kind: 'taken' }] });
      expect(host.connections.total).toBe(1);
    },
  );

  it('does not send a message to a host that wants one after it refused all recipients', async () => {
    const host = await remote({
      script: ({ point }) =>
        point === 'RCPT' ? [reply('550', 'No')] : point === 'DATA' ? [reply('354', 'Go on')] : undefined,
    });
    const session = await visit(host);
    expect(await session.transact(transaction())).toMatchObject({
      ends: [{ kind: 'refused', step: 'recipient' }],
    });
    expect(session.isUsable).toBe(false);
    expect(host.ledger.count).toBe(0);
  });
});

describe('the content', () => {
  it.each([
    ['dots at the beginning of lines', '.\r\n..\r\na.\r\n.b\r\n'],
    ['no line at all', ''],
    ['no line end at its end', 'a\r\n.b'],
    [
      'all octets but CR and LF',
      String.fromCharCode(...Array.from({ length: 256 }, (_, n) => (n === 10 || n === 13 ? 0 : n))),
    ],
    ['a long line', `${'x'.repeat(10_000)}\r\n.`],
  ])('arrives as it was: %s', async (_what, text) => {
    const host = await remote();
    const session = await visit(host);
    await session.transact(transaction({ content: small(text) }));
    await session.transact(transaction({ content: large(...text.split('')) }));
    const whole = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
    expect(host.ledger.messages.map(contentOf)).toEqual([whole, whole]);
  });

  it('never has a bare CR or LF on the wire, wherever its chunks are cut (RFC 5321 section 2.3.8)', async () => {
    const host = await remote();
    const session = await visit(host);
    const text = 'a\nb\rc\r\r\n.\n\n.\rd\n.\r\ne\r';
    await session.transact(transaction({ content: small(text) }));
    for (let cut = 0; cut <= text.length; cut += 1) {
      const content = large(...[text.slice(0, cut), text.slice(cut)].filter((part) => part !== ''));
      await session.transact(transaction({ content }));
    }
    await session.transact(transaction({ content: large(...text.split('')) }));
    expect(host.ledger.count).toBe(text.length + 3);
    const [first] = host.ledger.messages;
    for (const message of host.ledger.messages) {
      expect(message.wire).toEqual(first?.wire);
      expect(message.wire.toString('latin1').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    }
    expect(first === undefined ? '' : contentOf(first)).toBe(
      'a\r\nb\r\nc\r\n\r\n.\r\n\r\n.\r\nd\r\n.\r\ne\r\n',
    );
  });

  it('is not finished once the delivery is no longer ours, and the connection is cut before the dot', async () => {
    const host = await remote();
    for (const content of [small('x\r\n'), large('x\r\n', 'y\r\n')]) {
      const session = await visit(host);
      expect(await session.transact(transaction({ content, mayFinish: () => false }))).toEqual({
        kind: 'not-ours',
      });
      expect(session.isUsable).toBe(false);
    }
    await until('both connections are closed', () => host.connections.open === 0);
    expect(host.count('dot')).toBe(0);
    expect(host.ledger.count).toBe(0);
  });

  it('that cannot be read is not finished either', async () => {
    const host = await remote();
    const session = await visit(host);
    const { Failure } = await import('../../../src/base/failure.js');
    const content = {
      kind: 'large',
      chunks: (async function* broken() {
        yield await Promise.resolve(Buffer.from('x\r\n'));
        throw new Failure('body-missing', 'gone');
      })(),
    } as const;
    expect(await session.transact(transaction({ content }))).toMatchObject({
      kind: 'unreadable',
      failure: { code: 'body-missing' },
    });
    await until('the connection is closed', () => host.connections.open === 0);
    expect(host.ledger.count).toBe(0);
  });

  it('is broken off where the host refuses it half-way', async () => {
    const host = await remote({
      script: ({ point, contentOctets }) =>
        point === 'content' && contentOctets > 0 ? [reply('552', '5.3.4 Enough'), HANG] : undefined,
    });
    const session = await visit(host);
    const chunk = `${'x'.repeat(998)}\r\n`.repeat(100);
    const content = large(...Array.from({ length: 400 }, () => chunk));
    expect(await session.transact(transaction({ content }))).toMatchObject({
      ends: [{ kind: 'refused', step: 'dot', reply: { code: 552 } }],
    });
    expect(session.isUsable).toBe(false);
  });
});

describe('a host that misbehaves', () => {
  it.each([
    ['says 250 without being asked', at('MAIL', BEHAVE, reply('250', 'And again')), 'garbage', 'data'],
    ['says 250 where 354 is due', at('DATA', reply('250', 'Ok')), 'garbage', 'data'],
    ['takes the message before it has it', at('DATA', BEHAVE, reply('250', 'Taken')), 'garbage', 'data'],
    ['says 354 to the dot', at('dot', reply('354', 'More')), 'garbage', 'dot'],
    ['says what is no reply', at('RCPT', { say: 'Hello there\r\n' }), 'garbage', 'recipient'],
    ['says what is no text', at('MAIL', { say: '\0\u00ff\u0001\r\n' }), 'garbage', 'mail'],
    ['mixes its codes', at('MAIL', { say: '250-a\r\n550 b\r\n' }), 'garbage', 'mail'],
    ['never ends a line', at('MAIL', { say: '250 '.padEnd(200_000, 'x') }, HANG), 'lost', 'mail'],
    ['never ends a reply', at('MAIL', { flood: '250-more', lines: 1_000_000 }), 'lost', 'mail'],
    ['sends a million lines', at('MAIL', { flood: 'nonsense', lines: 1_000_000 }), 'garbage', 'mail'],
    ['leaves with 421', at('RCPT', reply('421', '4.3.2 Going'), CLOSE), 'refused', 'recipient'],
    ['leaves without a word', at('DATA', CLOSE), 'lost', 'data'],
    ['resets in the middle of the message', cutAfter(1), 'lost', 'dot'],
    ['closes after the dot', at('dot', TAKE, CLOSE), 'lost', 'dot'],
    ['closes before it can be known', at('dot', CLOSE), 'lost', 'dot'],
  ] as const)('%s: the transaction is broken, and the session with it', async (_what, script, kind, step) => {
    const host = await remote({ script });
    const session = await visit(host);
    const end = await session.transact(transaction());
    expect(end).toMatchObject({ kind: 'broken', trouble: { kind, step } });
    expect(session.isUsable).toBe(false);
    await until('the connection is closed', () => host.connections.open === 0);
  });

  it.each([
    ['MAIL', 'mail', { mailMs: SOON }],
    ['RCPT', 'recipient', { mailMs: SOON }],
    ['DATA', 'data', { mailMs: SOON }],
    ['dot', 'dot', { dotMs: SOON }],
  ] as const)('stays silent at %s: it is waited for so long and no longer', async (point, step, limits) => {
    const session = await visit(await remote({ script: at(point, HANG) }), { limits });
    expect(await session.transact(transaction())).toMatchObject({ trouble: { kind: 'too-slow', step } });
    expect(session.isUsable).toBe(false);
  });

  it('drips its reply: that is no progress', async () => {
    const drops = Array.from({ length: 200 }, () => [{ say: '2' }, { waitMs: 20 }] as const).flat();
    const session = await visit(await remote({ script: at('MAIL', ...drops) }), { limits: { mailMs: SOON } });
    expect(await session.transact(transaction())).toMatchObject({
      trouble: { kind: 'too-slow', step: 'mail' },
    });
  });

  it('does not read a large message: it is waited for so long and no longer', async () => {
    const session = await visit(await remote({ script: at('content', HANG) }), { limits: { blockMs: SOON } });
    const content = large(...Array.from({ length: 400 }, () => `${'x'.repeat(998)}\r\n`.repeat(100)));
    expect(await session.transact(transaction({ content }))).toMatchObject({
      trouble: { kind: 'too-slow', step: 'content' },
    });
  });

  it('closes a kept session: that is known before it is used again', async () => {
    const host = await remote();
    const session = await visit(host);
    let isOver = false;
    session.whenOver(() => (isOver = true));
    await session.transact(transaction());
    host.cutAll();
    await until('the session is over', () => isOver);
    expect(session.isUsable).toBe(false);
    expect(await session.transact(transaction())).toMatchObject({ trouble: { kind: 'lost', step: 'mail' } });
  });
});

describe('the opening of a session', () => {
  it.each([
    ['refuses with its greeting', at('connect', reply('554', 'Not you'), CLOSE), 'refused', 'greeting'],
    ['is closing', at('connect', reply('421', 'Busy'), CLOSE), 'refused', 'greeting'],
    ['greets with garbage', at('connect', { say: 'SSH-2.0-OpenSSH\r\n' }), 'garbage', 'greeting'],
    ['greets without end', at('connect', { flood: '220-hello', lines: 1_000_000 }), 'garbage', 'greeting'],
    ['closes at once', at('connect', CLOSE), 'lost', 'greeting'],
    [
      'refuses EHLO and HELO',
      (m) => (m.point === 'EHLO' || m.point === 'HELO' ? [reply('550', 'No')] : undefined),
      'refused',
      'helo',
    ],
    ['closes at EHLO', at('EHLO', CLOSE), 'lost', 'helo'],
    ['leaves at EHLO', at('EHLO', reply('421', 'Going'), CLOSE), 'refused', 'helo'],
  ] as readonly [string, RemoteScript, string, string][])(
    'fails where the host %s',
    async (_what, script, kind, step) => {
      const host = await remote({ script });
      expect(await troubleOf(visit(host))).toMatchObject({ kind, step });
      await until('the connection is closed', () => host.connections.open === 0);
    },
  );

  it.each([
    ['connect', 'greeting'],
    ['EHLO', 'helo'],
  ] as const)('fails where the host says nothing at %s', async (point, step) => {
    const host = await remote({ script: at(point, HANG) });
    expect(await troubleOf(visit(host, { limits: { openingMs: SOON } }))).toMatchObject({
      kind: 'too-slow',
      step,
    });
  });

  it('fails where nobody listens', async () => {
    const host = await remote();
    const { port } = host;
    await host.close();
    const gone = { port } as typeof host;
    expect(await troubleOf(visit(gone))).toMatchObject({
      kind: 'unreachable',
      says: '127.0.0.1: ECONNREFUSED',
    });
    await closeAll().catch(() => undefined);
  });

  it('makes do with HELO, and then asks for nothing beyond it', async () => {
    const host = await remote({ script: at('EHLO', reply('502', 'What?')) });
    const session = await visit(host);
    expect(session.capabilities).toEqual({ extensions: new Set(), sizeLimitOctets: 0 });
    expect(await session.transact(transaction())).toMatchObject({ ends: [{ kind: 'taken' }] });
  });

  it('calls from the address that is asked for', async () => {
    const seen: string[] = [];
    const host = await remote();
    await visit(host, { sourceAddress: '127.0.0.9' });
    seen.push(...host.peers);
    expect(seen).toEqual(['127.0.0.9']);
  });
});

describe('encryption', () => {
  it('is used where it is offered, and told', async () => {
    const host = await remote({ tls: await certificate() });
    const session = await visit(host);
    expect(session.security).toEqual({ version: 'TLSv1.3', cipher: expect.any(String), isVerified: false });
    await session.transact(transaction());
    expect(host.ledger.messages[0]?.isSecure).toBe(true);
    expect(session.capabilities.extensions.has('8BITMIME')).toBe(true);
  });

  it.each([
    ['refuses it', at('STARTTLS', reply('454', 'Not now'))],
    ['fails at it', at('STARTTLS', reply('220', 'Go'), { say: 'no TLS at all\r\n' })],
    ['hangs up at it', at('STARTTLS', reply('220', 'Go'), CLOSE)],
  ])('is done without where the host %s and nobody insists', async (_what, script) => {
    const host = await remote({ tls: await certificate(), script });
    const session = await visit(host);
    expect(session.security).toBeUndefined();
    expect(await session.transact(transaction())).toMatchObject({ ends: [{ kind: 'taken' }] });
  });

  it.each([
    ['refuses it', at('STARTTLS', reply('454', 'Not now'))],
    ['fails at it', at('STARTTLS', reply('220', 'Go'), { say: 'no TLS at all\r\n' })],
  ])('is insisted on where it is required and the host %s', async (_what, script) => {
    const host = await remote({ tls: await certificate(), script });
    expect(await troubleOf(visit(host, { tls: 'required' }))).toMatchObject({
      kind: 'insecure',
      step: 'tls',
    });
    expect(host.count('MAIL')).toBe(0);
  });

  it('begins with nothing that was said before it, whoever said it (RFC 3207 section 6)', async () => {
    const injected = at('STARTTLS', reply('220', 'Go'), reply('250', 'x', 'DSN'), BEHAVE);
    const host = await remote({ tls: await certificate(), extensions: [], script: injected });
    const session = await visit(host, { tls: 'required' });
    expect(session.capabilities.extensions).toEqual(new Set());
    expect(await session.transact(transaction())).toMatchObject({ ends: [{ kind: 'taken' }] });
  });

  it('is insisted on where it is required and not offered', async () => {
    expect(await troubleOf(visit(await remote(), { tls: 'required' }))).toMatchObject({ kind: 'insecure' });
  });

  it('with any certificate is enough where it is required, and not where it has to be verified', async () => {
    const host = await remote({ tls: await certificate('other.example') });
    const session = await visit(host, { tls: 'required' });
    expect(session.security).toMatchObject({ isVerified: false });
    expect(await troubleOf(visit(host, { tls: 'verified' }))).toMatchObject({
      kind: 'insecure',
      step: 'tls',
    });
  });
});

describe('a login', () => {
  const login = { user: 'u', password: 'p' };

  it('is made where it is asked for', async () => {
    const session = await visit(await remote({ login }), { login });
    expect(await session.transact(transaction())).toMatchObject({ ends: [{ kind: 'taken' }] });
  });

  it('that is refused, or that the host does not offer, fails the opening', async () => {
    const wrong = { user: 'u', password: 'q' };
    expect(await troubleOf(visit(await remote({ login }), { login: wrong }))).toMatchObject({
      kind: 'refused',
      step: 'login',
      reply: { code: 535, status: '5.7.8' },
    });
    expect(await troubleOf(visit(await remote(), { login }))).toMatchObject({
      kind: 'garbage',
      step: 'login',
    });
  });
});
