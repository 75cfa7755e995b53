import { describe, expect, it } from '@jest/globals';
import type { MxRecord } from '../../../../src/net/dns/dns.js';
import { mxOrder } from '../../../../src/relay/hosts/mx-order.js';
import { seededRandom } from '../../../seeded-random.js';

const OURS = 'us.example';

function records(...texts: readonly string[]): MxRecord[] {
  return texts.map((text) => {
    const [preference, exchange = ''] = text.split(' ');
    return { preference: Number(preference), exchange };
  });
}

function order(list: readonly MxRecord[], seed = 1, most = 10) {
  return mxOrder(list, { isOurName: (name) => name === OURS, most }, seededRandom(seed));
}

describe('the order of MX records', () => {
  it('is that of their preferences (RFC 5321 section 5.1)', () => {
    expect(order(records('30 c', '10 a', '20 b'))).toEqual({ kind: 'levels', levels: [['a'], ['b'], ['c']] });
  });

  it('is random among equal ones, each order about as often as the other', () => {
    const first = new Map<string, number>();
    for (let seed = 0; seed < 600; seed += 1) {
      const found = order(records('10 a', '10 b', '10 c', '20 d'), seed);
      const [level = [], rest] = found.kind === 'levels' ? found.levels : [];
      expect(level.toSorted()).toEqual(['a', 'b', 'c']);
      expect(rest).toEqual(['d']);
      first.set(level[0] ?? '', (first.get(level[0] ?? '') ?? 0) + 1);
    }
    for (const host of ['a', 'b', 'c']) expect(first.get(host)).toBeGreaterThan(140);
  });

  it('has each host once, at the best of its places', () => {
    expect(order(records('20 a', '10 a', '10 b', '30 b'))).toMatchObject({
      levels: [expect.arrayContaining(['a', 'b'])],
    });
  });

  it('ends after so many hosts, of a thousand the best ones', () => {
    const thousand = Array.from({ length: 1000 }, (_, at) => ({ preference: 1000 - at, exchange: `h${at}` }));
    const found = order(thousand, 1, 3);
    expect(found).toEqual({ kind: 'levels', levels: [['h999'], ['h998'], ['h997']] });
  });

  it('leaves out ourselves and whoever is no better than we are', () => {
    expect(order(records('10 a', `20 ${OURS}`, '20 b', '30 c'))).toEqual({ kind: 'levels', levels: [['a']] });
  });

  it('has nobody where we are the best', () => {
    expect(order(records(`10 ${OURS}`, '20 b'))).toEqual({ kind: 'ourselves' });
  });

  it('knows a domain that takes no mail (RFC 7505)', () => {
    expect(order(records('0 '))).toEqual({ kind: 'null-mx' });
  });

  it('passes over a null MX that stands beside others, which it must not', () => {
    expect(order(records('0 ', '10 a'))).toEqual({ kind: 'levels', levels: [['a']] });
  });
});
