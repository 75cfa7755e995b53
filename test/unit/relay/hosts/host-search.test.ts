import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import type { Dns, DnsAnswer, DnsQuestion, MxRecord, RecordType } from '../../../../src/net/dns/dns.js';
import { HostFinder, type HostSettings } from '../../../../src/relay/hosts/host-search.js';
import { wayTo } from '../../../../src/relay/hosts/way.js';
import { seededRandom } from '../../../seeded-random.js';
import { VirtualTime } from '../../../virtual-time.js';

type Zone = Readonly<Record<string, readonly (string | MxRecord)[] | 'no-such-name' | 'no-answer'>>;

/** Answers from a table: `MX example.org` to its records. */
class TableDns implements Dns {
  readonly #zone: Zone;
  readonly asked: string[] = [];

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  lookup<Type extends RecordType>({ name, type }: DnsQuestion<Type>): Promise<DnsAnswer<Type>> {
    this.asked.push(`${type} ${name}`);
    const entry = this.#zone[`${type} ${name}`];
    if (entry === undefined) return Promise.resolve({ kind: 'no-data' });
    if (entry === 'no-such-name') return Promise.resolve({ kind: 'no-such-name' });
    if (entry === 'no-answer') return Promise.resolve({ kind: 'temporary', why: 'no-answer' });
    return Promise.resolve({ kind: 'found', records: entry } as unknown as DnsAnswer<Type>);
  }
}

const SETTINGS: HostSettings = { smarthost: undefined, routes: {}, mxPort: 25, allowLoopbackMx: false };

function mx(preference: number, exchange: string): MxRecord {
  return { preference, exchange };
}

function search(destination: string, zone: Zone, settings: Partial<HostSettings> = {}) {
  const time = new VirtualTime();
  const finder = new HostFinder({
    dns: new TableDns(zone),
    random: seededRandom(1),
    settings: () => ({ ...SETTINGS, ...settings }),
    own: () => ({ names: new Set(['us.example']), addresses: new Set(['198.51.100.1']) }),
  });
  return finder.find(destination, Budget.of(time, 1000));
}

function host(name: string, ...addresses: readonly string[]) {
  return { name, port: 25, addresses };
}

describe('the way to a destination', () => {
  const smarthost = { host: 'smart.example', port: 587 };
  const route = { host: '192.0.2.1', port: 2600 };

  it('is its route before the smarthost, and the smarthost before the DNS', () => {
    const settings = { ...SETTINGS, smarthost, routes: { 'a.example': route } };
    expect(wayTo('a.example', settings)).toEqual({ kind: 'given', endpoint: route, isSmarthost: false });
    expect(wayTo('b.example', settings)).toEqual({ kind: 'given', endpoint: smarthost, isSmarthost: true });
    expect(wayTo('b.example', SETTINGS)).toEqual({ kind: 'mx', domain: 'b.example', port: 25 });
  });

  it('is not what every object has by nature', () => {
    expect(wayTo('constructor', SETTINGS)).toMatchObject({ kind: 'mx' });
  });

  it('is the address itself for an address literal (RFC 5321 section 5.1)', () => {
    expect(wayTo('[192.0.2.7]', SETTINGS)).toEqual({
      kind: 'literal',
      endpoint: { host: '192.0.2.7', port: 25 },
    });
    expect(wayTo('[IPv6:2001:db8::7]', SETTINGS)).toMatchObject({ endpoint: { host: '2001:db8::7' } });
    expect(wayTo('[nonsense]', SETTINGS)).toEqual({ kind: 'none' });
  });
});

describe('the hosts of a destination', () => {
  it('are those of its MX records, each with IPv6 before IPv4', async () => {
    const found = await search('d.example', {
      'MX d.example': [mx(20, 'b.example'), mx(10, 'a.example')],
      'A a.example': ['192.0.2.1'],
      'AAAA a.example': ['2001:db8::1'],
      'A b.example': ['192.0.2.2'],
    });
    const hosts = [host('a.example', '2001:db8::1', '192.0.2.1'), host('b.example', '192.0.2.2')];
    expect(found).toEqual({ kind: 'hosts', by: 'dns', hosts });
  });

  it('are the domain itself where it has no MX (RFC 5321 section 5.1)', async () => {
    const found = await search('d.example', { 'A d.example': ['192.0.2.1'] });
    expect(found).toMatchObject({ hosts: [host('d.example', '192.0.2.1')] });
  });

  it('are not the domain itself where none of its MX has an address', async () => {
    const zone = { 'MX d.example': [mx(10, 'a.example')], 'A d.example': ['192.0.2.1'] };
    expect(await search('d.example', zone)).toEqual({ kind: 'none', trouble: 'no-address' });
  });

  it('keep IPv4 addresses where there are many of IPv6', async () => {
    const many = Array.from({ length: 50 }, (_, at) => `2001:db8::${at + 2}`);
    const found = await search('d.example', { 'AAAA d.example': many, 'A d.example': ['192.0.2.1'] });
    const addresses = found.kind === 'hosts' ? found.hosts[0]?.addresses : [];
    expect(addresses).toHaveLength(8);
    expect(addresses?.at(-1)).toBe('192.0.2.1');
  });

  it.each([
    { zone: { 'MX d.example': 'no-such-name' } as const, trouble: 'no-such-domain' },
    { zone: {}, trouble: 'no-mail-host' },
    { zone: { 'MX d.example': [mx(0, '')] }, trouble: 'null-mx' },
    { zone: { 'MX d.example': [mx(10, 'us.example')] }, trouble: 'own-machine' },
    {
      zone: { 'MX d.example': [mx(10, 'a.example')], 'A a.example': ['198.51.100.1'] },
      trouble: 'own-machine',
    },
    { zone: { 'MX d.example': [mx(10, 'localhost')] }, trouble: 'loopback' },
    { zone: { 'MX d.example': [mx(10, 'a.example')], 'A a.example': ['127.9.9.9'] }, trouble: 'loopback' },
    { zone: { 'MX d.example': [mx(10, 'a.example')], 'AAAA a.example': ['::'] }, trouble: 'loopback' },
    { zone: { 'A d.example': ['::ffff:127.0.0.1'] }, trouble: 'loopback' },
    { zone: { 'MX d.example': 'no-answer' } as const, trouble: 'dns-no-answer' },
    {
      zone: {
        'MX d.example': [mx(10, 'a.example'), mx(20, 'b.example')],
        'A a.example': 'no-answer',
      } as const,
      trouble: 'dns-no-answer',
    },
  ])('are none: $trouble', async ({ zone, trouble }) => {
    expect(await search('d.example', zone)).toEqual({ kind: 'none', trouble });
  });

  it('are only those that are better than ourselves, known by an address', async () => {
    const found = await search('d.example', {
      'MX d.example': [mx(10, 'a.example'), mx(20, 'b.example'), mx(20, 'c.example'), mx(30, 'e.example')],
      'A a.example': ['192.0.2.1'],
      'A b.example': ['192.0.2.2'],
      'A c.example': ['198.51.100.1'],
      'A e.example': ['192.0.2.3'],
    });
    expect(found).toMatchObject({ hosts: [host('a.example', '192.0.2.1')] });
  });

  it('pass over a host on loopback where another one is real', async () => {
    const zone = { 'MX d.example': [mx(0, 'localhost'), mx(9, 'a.example')], 'A a.example': ['192.0.2.1'] };
    expect(await search('d.example', zone)).toMatchObject({ hosts: [host('a.example', '192.0.2.1')] });
  });

  it('may be on loopback where the configuration lets them', async () => {
    const zone = { 'MX d.example': [mx(10, 'a.example')], 'A a.example': ['127.0.0.1'] };
    const found = await search('d.example', zone, { allowLoopbackMx: true, mxPort: 2600 });
    expect(found).toMatchObject({ hosts: [{ name: 'a.example', port: 2600, addresses: ['127.0.0.1'] }] });
  });

  it('are at loopback wherever an operator says so, and without a look at MX records', async () => {
    const settings = { routes: { 'd.example': { host: 'localhost', port: 2600 } } };
    const found = await search('d.example', { 'MX d.example': 'no-answer' }, settings);
    expect(found).toMatchObject({ by: 'operator', hosts: [{ port: 2600, addresses: ['127.0.0.1', '::1'] }] });
  });

  it('are the smarthost, by its addresses', async () => {
    const settings = { smarthost: { host: 'Smart.Example', port: 587 } };
    const found = await search('d.example', { 'A smart.example': ['192.0.2.9'] }, settings);
    expect(found).toMatchObject({
      by: 'smarthost',
      hosts: [{ name: 'smart.example', port: 587, addresses: ['192.0.2.9'] }],
    });
  });

  it('are the address of a literal, unless that is ours', async () => {
    expect(await search('[192.0.2.5]', {})).toMatchObject({ hosts: [host('192.0.2.5', '192.0.2.5')] });
    expect(await search('[198.51.100.1]', {})).toEqual({ kind: 'none', trouble: 'own-machine' });
    expect(await search('[127.0.0.1]', {})).toEqual({ kind: 'none', trouble: 'loopback' });
  });
});
