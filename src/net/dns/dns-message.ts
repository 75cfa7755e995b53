// DNS messages as octets (RFC 1035 section 4, EDNS0 of RFC 6891). The one file that knows the package for them. What
// comes from the network is judged here: what is no DNS message is undefined, whatever the package makes of it.
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  RECURSION_DESIRED,
  type Answer,
  type Packet,
} from 'dns-packet';
import type { DnsQuestion, MxRecord, RecordType } from './dns.js';

/** One of the answers; `data` is of the type's own kind. Names are in lower case, without a dot at their end. */
export type DnsRecord =
  | {
      readonly type: 'A' | 'AAAA' | 'PTR' | 'TXT' | 'CNAME';
      readonly data: string;
      readonly of: string;
      readonly ttlSeconds: number;
    }
  | { readonly type: 'MX'; readonly data: MxRecord; readonly of: string; readonly ttlSeconds: number };

export interface DnsReply {
  readonly id: number;
  readonly questions: readonly { readonly name: string; readonly type: string }[];
  readonly code: string;
  readonly isTruncated: boolean;
  readonly isAuthoritative: boolean;
  readonly records: readonly DnsRecord[];
  /** How long "there is none" may be remembered (RFC 2308 section 5); undefined without a SOA record. */
  readonly negativeTtlSeconds: number | undefined;
  /** Other servers are named, and nothing else: whoever answers does not know and does not ask for us. */
  readonly isReferral: boolean;
}

export interface QueryOptions {
  readonly id: number;
  readonly isExtended: boolean;
}

/** What passes through every network unfragmented (DNS flag day 2020). */
const UDP_OCTETS = 1232;
/** RFC 2181 section 8: 31 bits; what has the highest bit is taken for 0. */
const LONGEST_TTL = 2 ** 31;

export function queryOctets(question: DnsQuestion, { id, isExtended }: QueryOptions): Buffer {
  return encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED,
    questions: [{ name: question.name, type: question.type, class: 'IN' }],
    additionals: isExtended
      ? [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: UDP_OCTETS,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
      : [],
  });
}

export function readReply(octets: Buffer): DnsReply | undefined {
  try {
    return replyOf(decode(octets));
  } catch {
    return undefined; // the package throws whatever it stumbles over
  }
}

function replyOf(packet: Packet & { rcode?: string }): DnsReply | undefined {
  if (packet.type !== 'response') return undefined;
  const { id = 0, flags = 0, questions = [], answers = [], authorities = [] } = packet;
  const hasServers = authorities.some(({ type }) => type === 'NS');
  const hasStart = authorities.some(({ type }) => type === 'SOA');
  const isAuthoritative = (flags & AUTHORITATIVE_ANSWER) !== 0;
  return {
    id,
    questions: questions.map(({ name, type }) => ({ name: plainName(name), type })),
    code: packet.rcode ?? '',
    isTruncated: (flags & 0x200) !== 0,
    isAuthoritative,
    records: answers.flatMap(recordsOf),
    negativeTtlSeconds: negativeTtl(authorities),
    isReferral: answers.length === 0 && hasServers && !hasStart && !isAuthoritative,
  };
}

function recordsOf(answer: Answer): DnsRecord[] {
  if (!('ttl' in answer)) return [];
  const about = { of: plainName(answer.name), ttlSeconds: ttlOf(answer.ttl) };
  if (answer.type === 'A' || answer.type === 'AAAA') {
    return [{ type: answer.type, data: answer.data, ...about }];
  }
  if (answer.type === 'CNAME' || answer.type === 'PTR') {
    return [{ type: answer.type, data: plainName(answer.data), ...about }];
  }
  if (answer.type === 'MX') {
    const { preference = 0, exchange } = answer.data;
    return [{ type: 'MX', data: { preference, exchange: plainName(exchange) }, ...about }];
  }
  return answer.type === 'TXT' ? [{ type: 'TXT', data: textOf(answer.data), ...about }] : [];
}

function negativeTtl(authorities: readonly Answer[]): number | undefined {
  for (const authority of authorities) {
    if (authority.type === 'SOA') return Math.min(ttlOf(authority.ttl), ttlOf(authority.data.minimum));
  }
  return undefined;
}

function ttlOf(seconds = 0): number {
  return seconds < LONGEST_TTL ? seconds : 0;
}

/** RFC 7208 section 3.3: the strings of one record are one text. */
function textOf(data: string | Buffer | readonly (string | Buffer)[]): string {
  if (typeof data === 'string') return data;
  return Buffer.isBuffer(data) ? data.toString('utf8') : data.map(textOf).join('');
}

/** Names are compared without regard to case (RFC 1035 section 2.3.3). */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** For a caller that knows types only as text. */
export function isOfType<Type extends RecordType>(
  record: DnsRecord,
  type: Type,
): record is Extract<DnsRecord, { type: Type }> {
  return record.type === type;
}
