import { describe, expect, it } from '@jest/globals';
import { crc32c } from '../../../src/net/crc32c.js';
import type { ProxyReading } from '../../../src/net/proxy-reading.js';
import { readProxyHeader } from '../../../src/net/proxy-header.js';
import { binaryHeader, type BinaryHeader } from '../../proxy-headers.js';
import { randoms } from '../../randoms.js';

const V4 = [192, 0, 2, 1, 198, 51, 100, 2, 0xdc, 0x04, 0, 25];
const V4_ENDS = {
  client: { address: '192.0.2.1', port: 56_324 },
  local: { address: '198.51.100.2', port: 25 },
};
const V6 = hex('20010db8000000000000000000000001 20010db8000000000000000000000002 dc04 006e');
const V6_ENDS = {
  client: { address: '2001:db8:0:0:0:0:0:1', port: 56_324 },
  local: { address: '2001:db8:0:0:0:0:0:2', port: 110 },
};
const MAPPED = [...hex('00000000000000000000ffff 0a000001'), ...V6.slice(16)];
const UNIX = Array.from({ length: 216 }, () => 0x2f);
const TCP4 = 0x11;
const TCP6 = 0x21;

function hex(digits: string): number[] {
  return [...Buffer.from(digits.replaceAll(' ', ''), 'hex')];
}

function text(line: string): Buffer {
  return Buffer.from(line, 'latin1');
}

function withChecksum(header: BinaryHeader): Buffer {
  const records = [...(header.records ?? []), 0x03, 0, 4, 0, 0, 0, 0];
  const whole = binaryHeader({ ...header, records });
  whole.writeUInt32BE(crc32c(whole), whole.length - 4);
  return whole;
}

function damaged(header: Buffer, at: number): Buffer {
  const copy = Buffer.from(header);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

const LONGEST_LINE = `PROXY UNKNOWN ${'f'.repeat(107 - 'PROXY UNKNOWN '.length - 2)}\r\n`;

const COMPLETE: ReadonlyArray<{ name: string; header: Buffer; ends?: typeof V4_ENDS }> = [
  { name: '1, TCP4', header: text('PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\n'), ends: V4_ENDS },
  {
    name: '1, TCP6',
    header: text('PROXY TCP6 2001:DB8::1 2001:db8::2 0 65535\r\n'),
    ends: { client: { address: '2001:DB8::1', port: 0 }, local: { address: '2001:db8::2', port: 65_535 } },
  },
  {
    name: '1, TCP6 with IPv4 in it',
    header: text('PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n'),
    ends: { client: { address: '192.0.2.1', port: 1 }, local: { address: '::1', port: 2 } },
  },
  { name: '1, UNKNOWN', header: text('PROXY UNKNOWN\r\n') },
  { name: '1, UNKNOWN and more', header: text('PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n') },
  { name: '1, the longest line', header: text(LONGEST_LINE) },
  { name: '2, TCP over IPv4', header: binaryHeader({ family: TCP4, ends: V4 }), ends: V4_ENDS },
  { name: '2, TCP over IPv6', header: binaryHeader({ family: TCP6, ends: V6 }), ends: V6_ENDS },
  {
    name: '2, IPv4 in IPv6',
    header: binaryHeader({ family: TCP6, ends: MAPPED }),
    ends: { client: { address: '10.0.0.1', port: 56_324 }, local: V6_ENDS.local },
  },
  { name: '2, LOCAL', header: binaryHeader({ command: 0x20, family: 0, ends: [] }) },
  { name: '2, LOCAL with ends', header: binaryHeader({ command: 0x20, family: TCP4, ends: V4 }) },
  { name: '2, LOCAL of an unknown family', header: binaryHeader({ command: 0x20, family: 0xff, ends: [1] }) },
  { name: '2, unspecified', header: binaryHeader({ family: 0, ends: [] }) },
  { name: '2, unspecified and more', header: binaryHeader({ family: 0, ends: [1, 2, 3] }) },
  { name: '2, UDP over IPv4', header: binaryHeader({ family: 0x12, ends: V4 }) },
  { name: '2, UDP over IPv6', header: binaryHeader({ family: 0x22, ends: V6 }) },
  { name: '2, UNIX stream', header: binaryHeader({ family: 0x31, ends: UNIX }) },
  { name: '2, UNIX datagram', header: binaryHeader({ family: 0x32, ends: UNIX }) },
  {
    name: '2, records that we do not know',
    header: binaryHeader({ family: TCP4, ends: V4, records: [0x04, 0, 2, 9, 9, 0xea, 0, 0] }),
    ends: V4_ENDS,
  },
  { name: '2, a checksum', header: withChecksum({ family: TCP4, ends: V4 }), ends: V4_ENDS },
  {
    name: '2, a checksum among records',
    header: withChecksum({ family: TCP6, ends: V6, records: [0x04, 0, 1, 7] }),
    ends: V6_ENDS,
  },
  {
    name: '2, as long as can be',
    header: binaryHeader({
      family: TCP4,
      ends: V4,
      records: [0x04, 0xff, 0xf0, ...Array.from({ length: 0xfff0 }, () => 0)],
    }),
    ends: V4_ENDS,
  },
];

const MALFORMED: ReadonlyArray<{ name: string; header: Buffer }> = [
  { name: 'a mail client', header: text('EHLO mx.example.com\r\n') },
  { name: 'lower case', header: text('proxy TCP4 192.0.2.1 198.51.100.2 56324 25\r\n') },
  { name: 'no protocol', header: text('PROXY \r\n') },
  { name: 'another protocol', header: text('PROXY UDP4 192.0.2.1 198.51.100.2 56324 25\r\n') },
  { name: 'two spaces', header: text('PROXY TCP4  192.0.2.1 198.51.100.2 56324 25\r\n') },
  { name: 'a space at the end', header: text('PROXY TCP4 192.0.2.1 198.51.100.2 56324 25 \r\n') },
  { name: 'no port', header: text('PROXY TCP4 192.0.2.1 198.51.100.2 56324\r\n') },
  { name: 'a port too high', header: text('PROXY TCP4 192.0.2.1 198.51.100.2 56324 65536\r\n') },
  { name: 'a port with a leading zero', header: text('PROXY TCP4 192.0.2.1 198.51.100.2 56324 025\r\n') },
  { name: 'a negative port', header: text('PROXY TCP4 192.0.2.1 198.51.100.2 -1 25\r\n') },
  { name: 'octal addresses', header: text('PROXY TCP4 192.0.02.1 198.51.100.2 1 25\r\n') },
  { name: 'IPv6 as TCP4', header: text('PROXY TCP4 ::1 ::1 1 25\r\n') },
  { name: 'IPv4 as TCP6', header: text('PROXY TCP6 192.0.2.1 198.51.100.2 1 25\r\n') },
  { name: 'a zone', header: text('PROXY TCP6 fe80::1%lo ::1 1 25\r\n') },
  { name: 'LF alone', header: text(`PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\n${'x'.repeat(80)}`) },
  { name: 'a line too long by one', header: text(`PROXY UNKNOWN x${LONGEST_LINE.slice(14)}`) },
  { name: 'no end of line', header: text(`PROXY TCP4 ${'1'.repeat(200)}`) },
  { name: 'version 3', header: binaryHeader({ command: 0x31, family: TCP4, ends: V4 }) },
  { name: 'an unknown command', header: binaryHeader({ command: 0x22, family: TCP4, ends: V4 }) },
  { name: 'an unknown family', header: binaryHeader({ family: 0x41, ends: V4 }) },
  { name: 'an unknown transport', header: binaryHeader({ family: 0x13, ends: V4 }) },
  { name: 'too short for IPv4', header: binaryHeader({ family: TCP4, ends: V4.slice(1) }) },
  { name: 'too short for IPv6', header: binaryHeader({ family: TCP6, ends: V4 }) },
  { name: 'too short for UNIX', header: binaryHeader({ family: 0x31, ends: V6 }) },
  { name: 'a record without a length', header: binaryHeader({ family: TCP4, ends: V4, records: [4, 0] }) },
  { name: 'a record cut off', header: binaryHeader({ family: TCP4, ends: V4, records: [4, 0, 2, 1] }) },
  {
    name: 'a checksum of 3 octets',
    header: binaryHeader({ family: TCP4, ends: V4, records: [3, 0, 3, 1, 2, 3] }),
  },
  { name: 'a damaged address', header: damaged(withChecksum({ family: TCP4, ends: V4 }), 18) },
  { name: 'a damaged checksum', header: damaged(withChecksum({ family: TCP4, ends: V4 }), 16 + 12 + 6) },
];

/** As a socket gives it: bytes by and by, looked at when as many have come as were asked for. */
function readPiecewise(bytes: Buffer, step: number): ProxyReading {
  let reading: ProxyReading = { state: 'incomplete', bytes: 1 };
  for (let length = step; reading.state === 'incomplete'; length += step) {
    if (length >= reading.bytes || length >= bytes.length)
      reading = readProxyHeader(bytes.subarray(0, length));
    if (length >= bytes.length) break;
  }
  return reading;
}

describe('a PROXY header', () => {
  it.each(COMPLETE)('of version $name is read', ({ header, ends }) => {
    const reading = { state: 'complete', bytes: header.length, ...(ends === undefined ? {} : { ends }) };
    expect(readProxyHeader(header)).toEqual(reading);
    expect(readProxyHeader(Buffer.concat([header, text('EHLO x\r\n')]))).toEqual(reading);
  });

  it.each(COMPLETE)('of version $name is incomplete at every byte but the last', ({ header }) => {
    for (let length = 0; length < Math.min(header.length, 1000); length += 1) {
      const reading = readProxyHeader(header.subarray(0, length));
      if (reading.state !== 'incomplete') throw new Error(`${reading.state} after ${length} bytes`);
      expect(reading.bytes).toBeGreaterThan(length);
      expect(reading.bytes).toBeLessThanOrEqual(header.length);
    }
  });

  it.each(COMPLETE)('of version $name may come a byte at a time', ({ header }) => {
    expect(readPiecewise(header, 1)).toEqual(readProxyHeader(header));
  });

  it.each(MALFORMED)('is refused: $name', ({ header }) => {
    expect(readProxyHeader(header)).toMatchObject({ state: 'malformed', says: expect.stringMatching(/\w/) });
    expect(readPiecewise(header, 1)).toMatchObject({ state: 'malformed' });
  });

  it('is found wanting at the first byte that cannot belong to one', () => {
    expect(readProxyHeader(text('E'))).toMatchObject({ state: 'malformed' });
    expect(readProxyHeader(text('PROXX'))).toMatchObject({ state: 'malformed' });
    expect(readProxyHeader(text('\r\n\r\n\0\r\nQUIX'))).toMatchObject({ state: 'malformed' });
  });

  it('that says something not to be shown is refused in words that can be', () => {
    const reading = readProxyHeader(text('PROXY \u001b[2J evil\r\n'));
    expect(reading).toMatchObject({ says: expect.not.stringContaining('\u001b') });
  });

  it('reads the same in one piece and in pieces, whatever was damaged', () => {
    const random = randoms(20_261_121);
    const below = (limit: number): number => Math.floor(Number(random.next().value) * limit);
    const tally = { incomplete: 0, malformed: 0, complete: 0 };
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Buffer.from(COMPLETE[below(COMPLETE.length - 1)]?.header ?? []);
      for (let times = 1 + below(3); times > 0; times -= 1) bytes.writeUInt8(below(256), below(bytes.length));
      const reading = readProxyHeader(bytes);
      tally[reading.state] += 1;
      const isWithin = reading.state !== 'complete' || reading.bytes <= bytes.length;
      expect(isWithin).toBe(true);
      const piecewise = readPiecewise(bytes, 1 + below(20));
      expect(piecewise.state).toBe(reading.state);
    }
    expect(tally.malformed).toBeGreaterThan(300);
    expect(tally.complete).toBeGreaterThan(300);
  });
});

describe('the checksum of iSCSI', () => {
  it('is that of the examples of RFC 3720 appendix B.4', () => {
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
    expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, octet) => octet)))).toBe(0x46dd794e);
  });
});
