import { isIP } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Budget } from '../../../src/base/budget.js';
import { systemClock, systemTimers, type Clock, type Timers } from '../../../src/base/clock.js';
import { Metrics } from '../../../src/base/metrics.js';
import { systemRandom } from '../../../src/base/random.js';
import { LabDns } from '../../../src/lab/remote/dns-server.js';
import type { RecordType } from '../../../src/net/dns/dns.js';
import { askOverTcp, askOverUdp, type DnsServer } from '../../../src/net/dns/exchange.js';
import { machineServers } from '../../../src/net/dns/machine-servers.js';
import { Resolver } from '../../../src/net/dns/resolver.js';
import { VirtualTime } from '../../virtual-time.js';

const LONG_MS = 20_000;
const NEGATIVE = { code: 'NOERROR', negativeTtlSeconds: 60 } as const;

let dns: LabDns;
let resolver: Resolver;

/** The clock says how old an answer is, the timers how long to wait for one. */
function resolverOf(
  servers: readonly DnsServer[],
  { clock = systemClock, timers = systemTimers }: { clock?: Clock; timers?: Timers } = {},
): Resolver {
  const parts = { udp: askOverUdp, tcp: askOverTcp, random: systemRandom, metrics: new Metrics() };
  return new Resolver({ servers: () => servers, clock, timers, ...parts });
}

function look<Type extends RecordType>(type: Type, name: string, by = resolver) {
  return by.lookup({ name, type }, Budget.of(systemClock, LONG_MS));
}

function at(server: LabDns): DnsServer {
  return { host: server.host, port: server.port };
}

/** For the first so many servers that are asked there is hardly any time, for the others as much as they need. */
function hasty(questions = Number.POSITIVE_INFINITY): Timers {
  let left = questions;
  return {
    ...systemTimers,
    after: (ms, action) => systemTimers.after((left -= 1) >= 0 ? Math.min(ms, 50) : ms, action),
  };
}

beforeEach(async () => {
  dns = await LabDns.open();
  resolver = resolverOf([at(dns)]);
});

afterEach(() => dns.close());

it('knows the servers of this machine by their addresses', () => {
  for (const { host, port } of machineServers()) {
    expect(isIP(host)).not.toBe(0);
    expect(port).toBeGreaterThan(0);
  }
});

describe('a question to the DNS', () => {
  it('is answered with the records of the name', async () => {
    dns.zone('d.example', [
      { type: 'MX', data: '10 A.example.' },
      { type: 'MX', data: '20 b.example' },
      { type: 'A', data: '192.0.2.1' },
      { type: 'AAAA', data: '2001:db8::1' },
      { type: 'TXT', data: `v=spf1 ${'x'.repeat(300)}` },
    ]);
    const records = [
      { preference: 10, exchange: 'a.example' },
      { preference: 20, exchange: 'b.example' },
    ];
    expect(await look('MX', 'D.Example.')).toEqual({ kind: 'found', records });
    expect(await look('A', 'd.example')).toEqual({ kind: 'found', records: ['192.0.2.1'] });
    expect(await look('AAAA', 'd.example')).toEqual({ kind: 'found', records: ['2001:db8::1'] });
    expect(await look('TXT', 'd.example')).toEqual({ kind: 'found', records: [`v=spf1 ${'x'.repeat(300)}`] });
  });

  it('tells a name that is not there from one without such a record', async () => {
    dns.zone('d.example', [{ type: 'A', data: '192.0.2.1' }]);
    expect(await look('MX', 'nobody.example')).toEqual({ kind: 'no-such-name' });
    expect(await look('MX', 'd.example')).toEqual({ kind: 'no-data' });
  });

  it('knows a null MX (RFC 7505)', async () => {
    dns.zone('d.example', [{ type: 'MX', data: '0 .' }]);
    expect(await look('MX', 'd.example')).toEqual({
      kind: 'found',
      records: [{ preference: 0, exchange: '' }],
    });
  });

  it('is not sent for what can be no name', async () => {
    expect(await look('MX', `${'x'.repeat(64)}.example`)).toEqual({ kind: 'no-such-name' });
    expect(await look('MX', 'a b.example')).toEqual({ kind: 'no-such-name' });
    expect(await look('MX', '')).toEqual({ kind: 'no-such-name' });
  });

  it('goes over TCP where the reply does not fit: a thousand MX records', async () => {
    const thousand = Array.from(
      { length: 1000 },
      (_, n) => ({ type: 'MX', data: `${n} h${n}.example` }) as const,
    );
    dns.zone('d.example', thousand);
    const answer = await look('MX', 'd.example');
    expect(answer.kind === 'found' && answer.records).toHaveLength(1000);
    expect(dns.asked('d.example', 'MX')).toBe(2);
  });

  it('is a temporary failure where TCP breaks off in the middle', async () => {
    dns.script('d.example', 'MX', ({ transport }) =>
      transport === 'udp'
        ? { do: 'reply', reply: { code: 'NOERROR', isTruncated: true } }
        : { do: 'cut', reply: { code: 'NOERROR', records: [{ type: 'MX', data: '1 a.example' }] } },
    );
    expect(await look('MX', 'd.example')).toEqual({ kind: 'temporary', why: 'no-answer' });
  });

  it('is asked again without EDNS0 where the server does not know it (RFC 6891 section 7)', async () => {
    dns.script('d.example', 'A', ({ isExtended }) => ({
      do: 'reply',
      reply: isExtended
        ? { code: 'FORMERR' }
        : { code: 'NOERROR', records: [{ type: 'A', data: '192.0.2.1' }] },
    }));
    expect(await look('A', 'd.example')).toEqual({ kind: 'found', records: ['192.0.2.1'] });
  });
});

function alias(data: string) {
  return { do: 'reply', reply: { code: 'NOERROR', records: [{ type: 'CNAME', data }] } } as const;
}

describe('aliases', () => {
  it('are followed within a reply', async () => {
    dns.zone('d.example', [{ type: 'CNAME', data: 'e.example' }]);
    dns.zone('e.example', [{ type: 'A', data: '192.0.2.1' }]);
    expect(await look('A', 'd.example')).toEqual({ kind: 'found', records: ['192.0.2.1'] });
    expect(dns.asked('e.example', 'A')).toBe(0);
  });

  it('are followed by another question where the reply ends with one', async () => {
    dns.script('d.example', 'A', alias('e.example'));
    dns.zone('e.example', [{ type: 'A', data: '192.0.2.1' }]);
    expect(await look('A', 'd.example')).toEqual({ kind: 'found', records: ['192.0.2.1'] });
  });

  it('that go in a circle, in one reply or from reply to reply, are a temporary failure', async () => {
    dns.zone('a.example', [{ type: 'CNAME', data: 'b.example' }]);
    dns.zone('b.example', [{ type: 'CNAME', data: 'a.example' }]);
    dns.script('c.example', '*', alias('d.example'));
    dns.script('d.example', '*', alias('c.example'));
    expect(await look('MX', 'a.example')).toEqual({ kind: 'temporary', why: 'alias-loop' });
    expect(await look('MX', 'c.example')).toEqual({ kind: 'temporary', why: 'alias-loop' });
  });
});

describe('a server', () => {
  const right = { code: 'NOERROR', records: [{ type: 'A', data: '192.0.2.1' }] } as const;
  const forged = { code: 'NOERROR', records: [{ type: 'A', data: '203.0.113.6' }] } as const;

  it.each([
    ['says nothing', { do: 'stay-silent' }, 'no-answer'],
    ['sends garbage', { do: 'send', octets: Buffer.from('\0\0garbage that is no DNS') }, 'no-answer'],
    ['sends a part of a header', { do: 'send', octets: Buffer.from([1, 2, 3]) }, 'no-answer'],
    ['answers with another id', { do: 'lie', about: 'id', reply: forged }, 'no-answer'],
    ['answers another question', { do: 'lie', about: 'name', reply: forged }, 'no-answer'],
    ['fails', { do: 'reply', reply: { code: 'SERVFAIL' } }, 'bad-answer'],
    ['refuses', { do: 'reply', reply: { code: 'REFUSED' } }, 'bad-answer'],
    ['refers to others', { do: 'reply', reply: { code: 'NOERROR', isReferral: true } }, 'bad-answer'],
    ['knows no DNS that we know', { do: 'reply', reply: { code: 'NOTIMP' } }, 'bad-answer'],
  ] as const)('that %s is asked twice, and then it is not known', async (_what, conduct, why) => {
    dns.script('d.example', 'A', conduct);
    const by = why === 'no-answer' ? resolverOf([at(dns)], { timers: hasty() }) : resolver;
    expect(await look('A', 'd.example', by)).toEqual({ kind: 'temporary', why });
    expect(dns.asked('d.example', 'A')).toBeGreaterThanOrEqual(2);
  });

  it('that is forged in the right reply’s stead is not believed', async () => {
    dns.script('d.example', 'A', ({ count }) =>
      count === 1 ? { do: 'lie', about: 'id', reply: forged } : { do: 'reply', reply: right },
    );
    const by = resolverOf([at(dns)], { timers: hasty(1) });
    expect(await look('A', 'd.example', by)).toEqual({ kind: 'found', records: ['192.0.2.1'] });
  });

  it('that does not answer leaves the question to the next one', async () => {
    const other = await LabDns.open();
    try {
      dns.script('d.example', 'A', { do: 'reply', reply: { code: 'SERVFAIL' } });
      other.zone('d.example', [{ type: 'A', data: '192.0.2.1' }]);
      const both = resolverOf([{ host: '127.0.0.1', port: 9 }, at(dns), at(other)]);
      expect(await look('A', 'd.example', both)).toEqual({ kind: 'found', records: ['192.0.2.1'] });
    } finally {
      await other.close();
    }
  });

  it('is not waited for past the budget', async () => {
    dns.script('d.example', 'A', { do: 'stay-silent' });
    const answer = await resolver.lookup({ name: 'd.example', type: 'A' }, Budget.of(systemClock, 50));
    expect(answer).toEqual({ kind: 'temporary', why: 'deadline-passed' });
  });
});

describe('an answer', () => {
  it('is remembered for its time to live, and not longer', async () => {
    const clock = new VirtualTime();
    const timely = resolverOf([at(dns)], { clock });
    dns.zone('d.example', [{ type: 'A', data: '192.0.2.1', ttlSeconds: 60 }]);
    const ask = () => timely.lookup({ name: 'd.example', type: 'A' }, Budget.of(systemClock, LONG_MS));
    await ask();
    await clock.advance(59_000);
    await ask();
    expect(dns.asked('d.example', 'A')).toBe(1);
    await clock.advance(2000);
    await ask();
    expect(dns.asked('d.example', 'A')).toBe(2);
  });

  it('that there is none is remembered as long as the zone says (RFC 2308), and a quarter of an hour at most', async () => {
    const clock = new VirtualTime();
    const timely = resolverOf([at(dns)], { clock });
    dns.script('d.example', 'A', { do: 'reply', reply: NEGATIVE });
    dns.script('e.example', 'A', { do: 'reply', reply: { ...NEGATIVE, negativeTtlSeconds: 86_400 } });
    for (const passMs of [0, 59_000, 2000, 13 * 60_000, 2 * 60_000]) {
      await clock.advance(passMs);
      for (const name of ['d.example', 'e.example']) {
        expect(await look('A', name, timely)).toEqual({ kind: 'no-data' });
      }
    }
    expect(dns.asked('d.example', 'A')).toBe(4);
    expect(dns.asked('e.example', 'A')).toBe(2);
  });

  it('that there is none, without a word on how long (RFC 2308 section 5), is not remembered', async () => {
    dns.script('d.example', 'A', { do: 'reply', reply: { code: 'NOERROR' } });
    await look('A', 'd.example');
    await look('A', 'd.example');
    expect(dns.asked('d.example', 'A')).toBe(2);
  });

  it('that could not be had is not remembered', async () => {
    dns.script('d.example', 'A', ({ count }) => ({
      do: 'reply',
      reply:
        count <= 2 ? { code: 'SERVFAIL' } : { code: 'NOERROR', records: [{ type: 'A', data: '192.0.2.1' }] },
    }));
    expect(await look('A', 'd.example')).toMatchObject({ kind: 'temporary' });
    expect(await look('A', 'd.example')).toMatchObject({ kind: 'found' });
  });

  it('is asked for once, however many wait for it', async () => {
    dns.zone('d.example', [{ type: 'A', data: '192.0.2.1' }]);
    const answers = await Promise.all(Array.from({ length: 100 }, () => look('A', 'd.example')));
    expect(answers.every(({ kind }) => kind === 'found')).toBe(true);
    expect(dns.asked('d.example', 'A')).toBe(1);
  });

  it('comes to whoever has more time than the one who asked first', async () => {
    const late = {
      do: 'reply',
      reply: { code: 'NOERROR', records: [{ type: 'A', data: '192.0.2.1' }] },
      delayMs: 200,
    } as const;
    dns.script('d.example', 'A', late);
    const [short, long] = await Promise.all([
      resolver.lookup({ name: 'd.example', type: 'A' }, Budget.of(systemClock, 20)),
      look('A', 'd.example'),
    ]);
    expect(short).toEqual({ kind: 'temporary', why: 'deadline-passed' });
    expect(long).toEqual({ kind: 'found', records: ['192.0.2.1'] });
  });
});
