// DNS messages as a server of tests needs them (RFC 1035 section 4): reads the question, writes any records, also ones
// that no honest server would send. Written apart from what the program reads DNS with, so that neither can hide the
// other's mistakes.
import { isIPv4 } from 'node:net';

export interface ZoneRecord {
  readonly type: 'A' | 'AAAA' | 'MX' | 'CNAME' | 'TXT' | 'PTR';
  /** An address, a name, a text; for MX the preference, a space and a name (`10 mx.example.`). */
  readonly data: string;
  readonly ttlSeconds?: number;
  /** Whose record it is, where that is not who was asked for. */
  readonly of?: string;
}

export interface Asked {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** The question as it stands in the message. */
  readonly question: Buffer;
  /** It has the record of EDNS0. */
  readonly isExtended: boolean;
}

export interface Reply {
  readonly code: keyof typeof CODES;
  readonly records?: readonly ZoneRecord[];
  /** Adds a SOA record whose minimum is so many seconds (RFC 2308). */
  readonly negativeTtlSeconds?: number;
  /** Adds NS records only, as a server does that refers to others. */
  readonly isReferral?: boolean;
  readonly isTruncated?: boolean;
}

const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
};
const CODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
const HEADER_OCTETS = 12;
const DEFAULT_TTL_SECONDS = 300;
const RESPONSE = 0x8180; // also: recursion desired and available
const TRUNCATED = 0x0200;
const LONGEST_STRING = 255;

/** Undefined: no query. */
export function readQuery(octets: Buffer): Asked | undefined {
  if (octets.length < HEADER_OCTETS) return undefined;
  const labels: string[] = [];
  let at = HEADER_OCTETS;
  for (let length = octets[at] ?? 0; length > 0; length = octets[at] ?? 0) {
    labels.push(octets.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (at + 5 > octets.length) return undefined;
  const type = Object.keys(TYPES).find((name) => TYPES[name] === octets.readUInt16BE(at + 1)) ?? 'other';
  return {
    id: octets.readUInt16BE(0),
    name: labels.join('.').toLowerCase(),
    type,
    question: octets.subarray(HEADER_OCTETS, at + 5),
    isExtended: octets.readUInt16BE(10) > 0,
  };
}

export function replyOctets({ id, name, question }: Asked, reply: Reply): Buffer {
  const { code, records = [], negativeTtlSeconds, isReferral = false, isTruncated = false } = reply;
  const answers = records.map((record) => recordOctets(record.of ?? name, record));
  const authorities = [
    ...(negativeTtlSeconds === undefined ? [] : [startOctets(name, negativeTtlSeconds)]),
    ...(isReferral
      ? [oneRecord(name, { type: 2, ttlSeconds: 300, data: nameOctets('ns.elsewhere.example') })]
      : []),
  ];
  const header = Buffer.alloc(HEADER_OCTETS);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(RESPONSE | (isTruncated ? TRUNCATED : 0) | CODES[code], 2);
  header.writeUInt16BE(question.length > 0 ? 1 : 0, 4);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt16BE(authorities.length, 8);
  return Buffer.concat([header, question, ...answers, ...authorities]);
}

function recordOctets(name: string, { type, data, ttlSeconds = DEFAULT_TTL_SECONDS }: ZoneRecord): Buffer {
  return oneRecord(name, { type: TYPES[type] ?? 0, ttlSeconds, data: dataOctets(type, data) });
}

function dataOctets(type: ZoneRecord['type'], data: string): Buffer {
  if (type === 'A' || type === 'AAAA') return addressOctets(data);
  if (type === 'CNAME' || type === 'PTR') return nameOctets(data);
  if (type === 'TXT') return stringOctets(data);
  const [preference = '0', exchange = ''] = data.split(' ');
  const octets = Buffer.alloc(2);
  octets.writeUInt16BE(Number(preference));
  return Buffer.concat([octets, nameOctets(exchange)]);
}

function startOctets(name: string, minimumSeconds: number): Buffer {
  const numbers = Buffer.alloc(20);
  numbers.writeUInt32BE(minimumSeconds, 16);
  const data = Buffer.concat([nameOctets('ns.example'), nameOctets('root.example'), numbers]);
  return oneRecord(name, { type: 6, ttlSeconds: minimumSeconds, data });
}

function oneRecord(
  name: string,
  { type, ttlSeconds, data }: { type: number; ttlSeconds: number; data: Buffer },
): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2); // IN
  fixed.writeUInt32BE(ttlSeconds, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameOctets(name), fixed, data]);
}

function nameOctets(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const octets = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]);
  return Buffer.concat([...octets, Buffer.from([0])]);
}

function stringOctets(text: string): Buffer {
  const pieces: Buffer[] = [];
  const octets = Buffer.from(text);
  for (let at = 0; at < octets.length || at === 0; at += LONGEST_STRING) {
    const piece = octets.subarray(at, at + LONGEST_STRING);
    pieces.push(Buffer.from([piece.length]), piece);
  }
  return Buffer.concat(pieces);
}

function addressOctets(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const middle = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return Buffer.from([...before, ...middle, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
