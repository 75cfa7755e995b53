import { describe, expect, it } from '@jest/globals';
import { addressOctets, addressText, plainAddress } from '../../../src/net/ip-address.js';
import { Networks, type Network } from '../../../src/net/networks.js';

function network(text: string): Network {
  const [address = '', prefix] = text.split('/');
  return { family: address.includes(':') ? 6 : 4, address, prefix: Number(prefix) };
}

function includes(list: readonly string[], address: string): boolean {
  const networks = list.map(network);
  return new Networks(() => networks).includes(address);
}

describe('a list of networks', () => {
  it.each([
    { list: ['10.0.0.0/8'], address: '10.255.0.1' },
    { list: ['10.0.0.0/8'], address: '::ffff:10.0.0.1' },
    { list: ['10.0.0.0/8'], address: '::FFFF:0a00:1' },
    { list: ['10.1.2.3/8'], address: '10.9.9.9' },
    { list: ['192.0.2.128/25'], address: '192.0.2.255' },
    { list: ['192.0.2.7/32'], address: '192.0.2.7' },
    { list: ['0.0.0.0/0'], address: '203.0.113.9' },
    { list: ['::ffff:10.0.0.0/104'], address: '10.1.1.1' },
    { list: ['fd00::/8'], address: 'fdff:1::2' },
    { list: ['2001:db8:0:8000::/49'], address: '2001:db8:0:ffff::1' },
    { list: ['::1/128'], address: '0:0:0:0:0:0:0:1' },
    { list: ['::/0'], address: '2001:db8::1' },
    { list: ['fe80::/10'], address: 'fe80::1%eth0' },
    { list: ['192.0.2.1/32', '::1/128', '10.0.0.0/8'], address: '10.0.0.1' },
  ])('$list includes $address', ({ list, address }) => {
    expect(includes(list, address)).toBe(true);
  });

  it.each([
    { list: [], address: '127.0.0.1' },
    { list: ['10.0.0.0/8'], address: '11.0.0.1' },
    { list: ['10.0.0.0/8'], address: '::ffff:11.0.0.1' },
    { list: ['192.0.2.128/25'], address: '192.0.2.127' },
    { list: ['192.0.2.7/32'], address: '192.0.2.6' },
    { list: ['0.0.0.0/0'], address: '2001:db8::1' },
    { list: ['::/0'], address: '203.0.113.9' },
    { list: ['2001:db8:0:8000::/49'], address: '2001:db8:0:7fff::1' },
    { list: ['::1/128'], address: '::2' },
    { list: ['0.0.0.1/32'], address: '::1' },
    { list: ['0.0.0.0/0', '::/0'], address: 'mx.example.com' },
    { list: ['0.0.0.0/0', '::/0'], address: '' },
  ])('$list does not include $address', ({ list, address }) => {
    expect(includes(list, address)).toBe(false);
  });

  it('is read again when it has changed', () => {
    let list = [network('10.0.0.0/8')];
    const networks = new Networks(() => list);
    expect(networks.includes('10.0.0.1')).toBe(true);
    list = [network('192.0.2.0/24')];
    expect(networks.includes('10.0.0.1')).toBe(false);
    expect(networks.includes('192.0.2.1')).toBe(true);
  });
});

describe('an address', () => {
  it.each([
    { text: '192.0.2.1', octets: [192, 0, 2, 1] },
    { text: '::ffff:192.0.2.1', octets: [192, 0, 2, 1] },
    { text: '64:ff9b::192.0.2.1', octets: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1] },
    { text: '::', octets: Array.from({ length: 16 }, () => 0) },
    { text: '1:2:3:4:5:6:7:8', octets: [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8] },
    { text: '1:2:3:4:5:6:7::', octets: [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0] },
  ])('$text has its octets', ({ text, octets }) => {
    expect(addressOctets(text)).toEqual(octets);
    expect(addressOctets(addressText(octets))).toEqual(octets);
  });

  it.each(['', '1.2.3', '01.2.3.4', '::g', '1:2', 'localhost', '1.2.3.4%eth0'])('is not %j', (text) => {
    expect(addressOctets(text)).toBeUndefined();
  });

  it('is shown as IPv4 where it is one, and else as it came', () => {
    expect(['::ffff:192.0.2.1', '192.0.2.1', '2001:DB8::1', 'fe80::1%eth0'].map(plainAddress)).toEqual([
      '192.0.2.1',
      '192.0.2.1',
      '2001:DB8::1',
      'fe80::1%eth0',
    ]);
  });
});
