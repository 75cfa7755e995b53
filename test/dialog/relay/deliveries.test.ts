import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/base/failure.js';
import { contentOf } from '../../../src/lab/remote/remote-message.js';
import {
  at,
  BEHAVE,
  CLOSE,
  cutAfter,
  greylisting,
  HANG,
  reply,
  TAKE,
  type RemoteScript,
} from '../../../src/lab/remote/remote-script.js';
import { until } from '../../until.js';
import { Deliveries } from './deliveries.js';
import { certificate } from './remote.js';

let deliveries: Deliveries;

beforeEach(async () => {
  deliveries = await Deliveries.open();
});

afterEach(() => deliveries.close());

function largeBody(chunks: readonly string[], beforeLast: () => Promise<void> = () => Promise.resolve()) {
  async function* stream() {
    for (const chunk of chunks) {
      if (chunk === chunks.at(-1)) await beforeLast();
      yield Buffer.from(chunk);
    }
  }
  return () => Promise.resolve({ kind: 'large', chunks: stream() } as const);
}

function unreadable() {
  return Promise.reject(new Failure('store-unavailable', 'down'));
}

describe('a delivery', () => {
  it('goes to the best host of the destination', async () => {
    const other = await deliveries.host(3);
    deliveries.mx('2 3');
    const result = await deliveries.attempt();
    expect(result).toEqual({
      kind: 'attempted',
      isDestinationAlive: true,
      outcomes: [
        {
          kind: 'delivered',
          status: '2.0.0',
          says: '250 2.0.0 Taken',
          host: 'mx2.example',
          isReportHandedOn: true,
        },
      ],
    });
    expect(deliveries.first.ledger.messages.map(contentOf)).toEqual(['Subject: x\r\n\r\nhello\r\n']);
    expect(other.connections.total).toBe(0);
  });

  it.each<[string, RemoteScript]>([
    ['is closing', at('connect', reply('421', 'Busy'), CLOSE)],
    ['refuses everybody', at('connect', reply('554', '5.7.1 Not you'), CLOSE)],
    ['greets with garbage', at('connect', { say: 'SSH-2.0-x\r\n' })],
    ['refuses EHLO and HELO', (m) => (['EHLO', 'HELO'].includes(m.point) ? [reply('550', 'No')] : undefined)],
    ['says 4yz to the sender', at('MAIL', reply('451', '4.3.0 Later'))],
    ['greylists', greylisting()],
    ['says 4yz to DATA', at('DATA', reply('451', '4.3.0 Later'))],
    ['says 4yz to the message', at('dot', reply('451', '4.3.0 Later'))],
    ['says 421 in the middle', at('RCPT', reply('421', '4.3.2 Going'), CLOSE)],
    ['says 250 without being asked', at('RCPT', BEHAVE, reply('250', 'More'))],
    ['sends a million lines', at('MAIL', { flood: 'nonsense', lines: 1_000_000 })],
    ['cuts the message off', (m) => (m.point === 'DATA' ? [CLOSE] : undefined)],
  ])('goes to the next host where the best one %s', async (_what, script) => {
    const other = await deliveries.host(3);
    deliveries.mx('2 3');
    deliveries.first.behave(script);
    expect(await deliveries.outcomes()).toEqual(['delivered 2.0.0 mx3.example']);
    expect([deliveries.first.ledger.count, other.ledger.count]).toEqual([0, 1]);
  });

  it('goes to the next host where nobody listens at the best one, and to its other addresses before', async () => {
    await deliveries.host(4);
    deliveries.dns.zone('mx9.example', [{ type: 'A', data: '127.0.0.9' }]);
    deliveries.mx('9 4');
    expect(await deliveries.outcomes()).toEqual(['delivered 2.0.0 mx4.example']);
    deliveries.dns.zone('mx10.example', [
      { type: 'AAAA', data: '::1' },
      { type: 'A', data: '127.0.0.9' },
      { type: 'A', data: '127.0.0.4' },
    ]);
    deliveries.mx('10', 'e.example');
    expect(await deliveries.outcomes({ destination: 'e.example' })).toEqual(['delivered 2.0.0 mx10.example']);
  });

  it.each<[string, RemoteScript, string]>([
    ['5yz to the sender', at('MAIL', reply('550', '5.7.1 No')), 'failed 5.7.1 mx2.example'],
    ['5yz to the recipient', at('RCPT', reply('550', '5.1.1 Nobody')), 'failed 5.1.1 mx2.example'],
    ['5yz to the message', at('dot', reply('554', 'Spam')), 'failed 5.6.0 mx2.example'],
    ['nothing after the dot, and has it', at('dot', TAKE, CLOSE), 'deferred 4.4.2 mx2.example'],
    ['nothing after the dot, and has it not', at('dot', CLOSE), 'deferred 4.4.2 mx2.example'],
  ])('does not go to the next host where the best one says %s', async (_what, script, expected) => {
    const other = await deliveries.host(3);
    deliveries.mx('2 3');
    deliveries.first.behave(script);
    expect(await deliveries.outcomes()).toEqual([expected]);
    expect(other.connections.total).toBe(0);
  });

  it('takes each recipient as far as it gets: one here, one there, one nowhere', async () => {
    const other = await deliveries.host(3);
    deliveries.mx('2 3');
    deliveries.first.behave(({ point, argument }) =>
      point === 'RCPT' && argument.includes('later')
        ? [reply('451', '4.2.1 Later')]
        : point === 'RCPT' && argument.includes('nobody')
          ? [reply('550', '5.1.1 Nobody')]
          : undefined,
    );
    other.behave(({ point, argument }) =>
      point === 'RCPT' && argument.includes('much-later') ? [reply('450', '4.2.2 Full')] : undefined,
    );
    const to = ['here', 'later', 'nobody', 'much-later'].map((name) => `${name}@d.example`);
    expect(await deliveries.outcomes({ to })).toEqual([
      'delivered 2.0.0 mx2.example',
      'delivered 2.0.0 mx3.example',
      'failed 5.1.1 mx2.example',
      'deferred 4.2.2 mx3.example',
    ]);
    expect(deliveries.first.ledger.messages[0]?.recipients).toEqual(['TO:<here@d.example>']);
    expect(other.ledger.messages[0]?.recipients).toEqual(['TO:<later@d.example>']);
  });

  it('names so many recipients at once and no more', async () => {
    deliveries.destination = { recipientsPerMessage: 3 };
    const to = Array.from({ length: 7 }, (_, n) => `${n}@d.example`);
    expect(await deliveries.outcomes({ to })).toEqual(to.map(() => 'delivered 2.0.0 mx2.example'));
    expect(deliveries.first.ledger.messages.map(({ recipients }) => recipients.length)).toEqual([3, 3, 1]);
    expect(deliveries.first.connections.total).toBe(1);
  });

  it('names in a further transaction whom the host had too many of', async () => {
    let named = 0;
    deliveries.first.behave(({ point }) => {
      if (point === 'MAIL') named = 0;
      return point === 'RCPT' && (named += 1) > 2 ? [reply('452', '4.5.3 Too many')] : undefined;
    });
    const to = Array.from({ length: 5 }, (_, n) => `${n}@d.example`);
    expect(await deliveries.outcomes({ to })).toEqual(to.map(() => 'delivered 2.0.0 mx2.example'));
    expect(deliveries.first.ledger.messages.map(({ recipients }) => recipients.length)).toEqual([2, 2, 1]);
  });

  it('gives each recipient its own wishes for reports', async () => {
    const to = [
      { address: 'b@d.example', parameters: { NOTIFY: 'NEVER' } },
      { address: 'c@d.example', parameters: { NOTIFY: 'SUCCESS', ORCPT: 'rfc822;x@y.example', warned: '' } },
    ];
    await deliveries.attempt({ to, parameters: { RET: 'HDRS', ENVID: 'e1' } });
    expect(deliveries.first.ledger.messages[0]).toMatchObject({
      mail: 'FROM:<a@us.example> SIZE=21 RET=HDRS ENVID=e1',
      recipients: [
        'TO:<b@d.example> NOTIFY=NEVER',
        'TO:<c@d.example> NOTIFY=SUCCESS ORCPT=rfc822;x@y.example',
      ],
    });
  });

  it('is told with its encryption', async () => {
    const host = await deliveries.host(3, { tls: await certificate() });
    deliveries.mx('3');
    expect(await deliveries.attempt()).toMatchObject({
      outcomes: [{ tls: expect.stringMatching(/^TLSv1\.3 TLS_/) }],
    });
    expect(host.ledger.messages[0]?.isSecure).toBe(true);
  });

  it('of a large message reads it anew for the next host', async () => {
    const other = await deliveries.host(3);
    deliveries.mx('2 3');
    deliveries.first.behave(cutAfter(50_000));
    const chunks = Array.from({ length: 30 }, (_, n) => `${String(n).padEnd(9_998, '.')}\r\n`);
    const wait = () => until('the first host has cut it off', () => deliveries.first.connections.open === 0);
    const content = largeBody(chunks, wait);
    expect(await deliveries.outcomes({ content, sizeBytes: 300_000 })).toEqual([
      'delivered 2.0.0 mx3.example',
    ]);
    expect(other.ledger.messages.map(contentOf)).toEqual([chunks.join('')]);
  });

  it('is put off, and nobody else is tried, where the message cannot be read', async () => {
    const other = await deliveries.host(3);
    deliveries.mx('2 3');
    const result = await deliveries.attempt({ content: unreadable });
    expect(result).toMatchObject({
      isDestinationAlive: true,
      outcomes: [{ kind: 'deferred', status: '4.3.0' }],
    });
    expect(other.connections.total).toBe(0);
    expect(deliveries.first.count('MAIL')).toBe(0);
  });

  it('is not finished once it is not ours any more', async () => {
    expect(await deliveries.attempt({ mayFinish: () => false })).toEqual({ kind: 'not-ours' });
    await until('the connection is cut', () => deliveries.first.connections.open === 0);
    expect(deliveries.first.count('dot')).toBe(0);
  });

  it('tells who was served before it was not ours any more', async () => {
    deliveries.destination = { recipientsPerMessage: 1 };
    const mayFinish = () => deliveries.first.ledger.count === 0;
    expect(await deliveries.outcomes({ to: ['b@d.example', 'c@d.example'], mayFinish })).toEqual([
      'delivered 2.0.0 mx2.example',
      'deferred 4.3.0 mx2.example',
    ]);
  });

  it('waits for a silent host so long and no longer', async () => {
    deliveries.limits = { mailMs: 50, openingMs: 50 };
    deliveries.first.behave(at('MAIL', HANG));
    expect(await deliveries.outcomes()).toEqual(['deferred 4.4.2 mx2.example']);
    deliveries.first.behave(at('connect', HANG));
    const result = await deliveries.attempt();
    expect(result).toMatchObject({ isDestinationAlive: false, outcomes: [{ status: '4.4.2' }] });
  });

  it('ends after so many hosts', async () => {
    for (let number = 3; number <= 12; number += 1) await deliveries.host(number, { script: greylisting() });
    deliveries.first.behave(greylisting());
    deliveries.mx('2=3=4=5=6=7=8=9=10=11=12');
    expect((await deliveries.outcomes())[0]).toMatch(/^deferred 4\.7\.1 /);
    expect(deliveries.log.lines.length).toBeLessThan(12);
  });
});

describe('a destination', () => {
  it.each([
    ['that is not there', 'nowhere.example', 'failed 5.1.2', true],
    ['that takes no mail', 'null.example', 'failed 5.1.10', true],
    ['whose mail host we are', 'ours.example', 'failed 5.4.6', true],
    ['that the DNS fails on', 'servfail.example', 'deferred 4.4.3', false],
    ['whose aliases go in a circle', 'loop.example', 'deferred 4.4.3', false],
    ['at which nobody listens', 'dead.example', 'deferred 4.4.1 mx9.example', false],
    ['that is an address', '[127.0.0.2]', 'delivered 2.0.0 127.0.0.2', true],
    ['that is no address', '[nonsense]', 'failed 5.1.2', true],
    ['without MX, with an address', 'plain.example', 'delivered 2.0.0 plain.example', true],
  ])('%s', async (_what, destination, expected, isDestinationAlive) => {
    const { dns } = deliveries;
    dns.zone('null.example', [{ type: 'MX', data: '0 .' }]);
    dns.zone('ours.example', [{ type: 'MX', data: '10 us.example' }]);
    dns.script('servfail.example', '*', { do: 'reply', reply: { code: 'SERVFAIL' } });
    dns.zone('loop.example', [{ type: 'CNAME', data: 'pool.example' }]);
    dns.zone('pool.example', [{ type: 'CNAME', data: 'loop.example' }]);
    dns.zone('dead.example', [{ type: 'MX', data: '10 mx9.example' }]);
    dns.zone('mx9.example', [{ type: 'A', data: '127.0.0.9' }]);
    dns.zone('plain.example', [{ type: 'A', data: '127.0.0.2' }]);
    const result = await deliveries.attempt({ destination });
    expect(result).toMatchObject({ isDestinationAlive });
    expect(await deliveries.outcomes({ destination })).toEqual([expected]);
  });

  it('on loopback is none, unless the configuration says otherwise', async () => {
    deliveries.settings = { allowLoopbackMx: false };
    expect(await deliveries.outcomes()).toEqual(['failed 5.4.6']);
    expect(await deliveries.outcomes({ destination: '[127.0.0.2]' })).toEqual(['failed 5.4.6']);
    expect(deliveries.first.connections.total).toBe(0);
  });

  it('with a thousand mail hosts costs a few connections', async () => {
    const records = Array.from(
      { length: 1000 },
      (_, n) => ({ type: 'MX', data: `10 h${n}.example` }) as const,
    );
    deliveries.dns.zone('d.example', records);
    for (let n = 0; n < 1000; n += 1)
      deliveries.dns.zone(`h${n}.example`, [{ type: 'A', data: '127.0.0.9' }]);
    expect((await deliveries.outcomes())[0]).toMatch(/^deferred 4\.4\.1 /);
    expect(deliveries.log.lines).toHaveLength(10);
  });

  it('has its route before anything the DNS says', async () => {
    deliveries.settings = { routes: { 'd.example': { host: '127.0.0.3', port: deliveries.port } } };
    const other = await deliveries.host(3);
    expect(await deliveries.outcomes()).toEqual(['delivered 2.0.0 127.0.0.3']);
    expect(other.ledger.count).toBe(1);
  });
});

describe('a kept session', () => {
  it('is used for the next message, so many times and no more', async () => {
    deliveries.destination = { messagesPerConnection: 3 };
    for (let n = 0; n < 7; n += 1) await deliveries.attempt();
    expect(deliveries.first.ledger.count).toBe(7);
    expect(deliveries.first.connections.total).toBe(3);
    expect(deliveries.first.count('QUIT')).toBe(2);
  });

  it('is let go after some time', async () => {
    deliveries.settings = { keptIdleMs: 20 };
    await deliveries.attempt();
    await until('it said goodbye', () => deliveries.first.count('QUIT') === 1);
    expect(deliveries.pool.size).toBe(0);
  });

  it('that the host has closed meanwhile is replaced, and nobody is worse off', async () => {
    await deliveries.attempt();
    deliveries.first.cutAll();
    expect(await deliveries.outcomes()).toEqual(['delivered 2.0.0 mx2.example']);
    expect(deliveries.first.connections.total).toBe(2);
  });

  it('that says 421 to the next message is replaced at once', async () => {
    await deliveries.attempt();
    deliveries.first.behave(({ point, connection }) =>
      point === 'MAIL' && connection === 1 ? [reply('421', '4.4.2 Idle too long'), CLOSE] : undefined,
    );
    expect(await deliveries.outcomes()).toEqual(['delivered 2.0.0 mx2.example']);
  });

  it('that hears nothing of a message is not asked about it again', async () => {
    await deliveries.attempt();
    deliveries.first.behave(({ point, connection }) =>
      point === 'dot' && connection === 1 ? [TAKE, CLOSE] : undefined,
    );
    expect(await deliveries.outcomes()).toEqual(['deferred 4.4.2 mx2.example']);
    expect(deliveries.first.connections.total).toBe(1);
  });

  it('that puts a recipient off is not asked about him again in the same attempt', async () => {
    await deliveries.attempt();
    deliveries.first.behave(at('RCPT', reply('451', '4.2.1 Later')));
    expect(await deliveries.outcomes()).toEqual(['deferred 4.2.1 mx2.example']);
    expect(deliveries.first.count('RCPT')).toBe(2);
    expect(deliveries.first.connections.total).toBe(1);
  });

  it('is not used where more is asked for than it offers', async () => {
    await deliveries.attempt();
    deliveries.destination = { requireTls: true };
    expect(await deliveries.outcomes()).toEqual(['deferred 4.7.5 mx2.example']);
    expect(deliveries.first.ledger.count).toBe(1);
  });

  it('is shared by all destinations of a smarthost', async () => {
    deliveries.settings = { smarthost: { host: '127.0.0.2', port: deliveries.port } };
    for (const destination of ['a.example', 'b.example', 'c.example'])
      await deliveries.attempt({ destination });
    expect(deliveries.first.connections.total).toBe(1);
    expect(deliveries.first.ledger.count).toBe(3);
  });

  it('serves as many at once as are asked for, each its own', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => deliveries.outcomes()));
    expect(results.flat()).toEqual(results.map(() => 'delivered 2.0.0 mx2.example'));
    expect(deliveries.pool.size).toBe(20);
    await Promise.all(Array.from({ length: 20 }, () => deliveries.outcomes()));
    expect(deliveries.first.connections.total).toBe(20);
  });
});

describe('what a host lacks', () => {
  const eightBit = 'Subject: x\r\n\r\nhällo\r\n';

  it.each([
    ['8BITMIME, for an 8-bit message', { text: eightBit }, 'failed 5.6.3 mx2.example'],
    ['8BITMIME, for a 7-bit message', { parameters: { BODY: '8BITMIME' } }, 'delivered 2.0.0 mx2.example'],
    ['SMTPUTF8, for a local part beyond ASCII', { to: ['bö@d.example'] }, 'failed 5.6.7 mx2.example'],
    ['SMTPUTF8, for a domain beyond ASCII', { to: ['b@bücher.example'] }, 'delivered 2.0.0 mx2.example'],
    [
      'SMTPUTF8, and the message could do without',
      { parameters: { SMTPUTF8: '' } },
      'delivered 2.0.0 mx2.example',
    ],
    ['REQUIRETLS', { parameters: { REQUIRETLS: '' } }, 'deferred 4.7.5 mx2.example'],
  ])('%s: %s', async (_what, order, expected) => {
    await deliveries.host(3, { extensions: [] });
    deliveries.first.behave(at('EHLO', reply('250', 'mx2.example', 'PIPELINING')));
    expect(await deliveries.outcomes(order)).toEqual([expected]);
  });

  it('another one has', async () => {
    const other = await deliveries.host(3);
    deliveries.mx('2 3');
    deliveries.first.behave(at('EHLO', reply('250', 'mx2.example', 'SIZE 1000')));
    expect(await deliveries.outcomes({ text: eightBit })).toEqual(['delivered 2.0.0 mx3.example']);
    expect(await deliveries.outcomes({ sizeBytes: 2000 })).toEqual(['delivered 2.0.0 mx3.example']);
    expect(other.ledger.messages[0]?.mail).toBe('FROM:<a@us.example> SIZE=22 BODY=8BITMIME');
  });

  it('is found in a large message too', async () => {
    deliveries.first.behave(at('EHLO', reply('250', 'mx2.example')));
    const seven = largeBody(['Subject: x\r\n\r\n', 'hello\r\n']);
    const eight = largeBody(['Subject: x\r\n\r\n', 'hällo\r\n']);
    expect(await deliveries.outcomes({ content: seven })).toEqual(['delivered 2.0.0 mx2.example']);
    expect(await deliveries.outcomes({ content: eight })).toEqual(['failed 5.6.3 mx2.example']);
  });
});

describe('a smarthost', () => {
  const smarthostLogin = { user: 'u', password: 'p' };

  it('is logged in to where that is configured', async () => {
    await deliveries.host(3, { login: smarthostLogin });
    deliveries.settings = { smarthost: { host: '127.0.0.3', port: deliveries.port }, smarthostLogin };
    expect(await deliveries.outcomes()).toEqual(['delivered 2.0.0 127.0.0.3']);
    deliveries.settings = { ...deliveries.settings, smarthostLogin: { user: 'u', password: 'wrong' } };
    await deliveries.pool.close();
    expect(await deliveries.outcomes()).toEqual(['deferred 4.7.8 127.0.0.3']);
  });
});
