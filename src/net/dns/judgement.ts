// What a reply means, decided without sockets: an answer, an alias that has to be followed, a reason to ask again in
// another way, or nothing that could be used. Who is asked, and how often, is decided elsewhere.
import type { DnsAnswer, DnsQuestion, RecordType, RecordTypes } from './dns.js';
import { isOfType, plainName, type DnsRecord, type DnsReply } from './dns-message.js';

export type Judgement<Type extends RecordType> =
  | {
      readonly kind: 'answer';
      readonly answer: Exclude<DnsAnswer<Type>, { kind: 'temporary' }>;
      /** How long it may be remembered. Undefined: it does not say (RFC 2308 section 5: then not at all). */
      readonly ttlSeconds: number | undefined;
    }
  /** The records of the question are those of another name. */
  | { readonly kind: 'alias'; readonly name: string; readonly ttlSeconds: number }
  /** The reply did not fit; TCP has room for it. */
  | { readonly kind: 'truncated' }
  /** The server does not know EDNS0 (RFC 6891 section 7). */
  | { readonly kind: 'unextended' }
  | { readonly kind: 'alias-loop' }
  /** Another server may know. */
  | { readonly kind: 'useless' };

/** Of aliases, within one reply and from reply to reply. */
export const LONGEST_ALIAS_CHAIN = 8;

const DOES_NOT_KNOW_EXTENSIONS = new Set(['FORMERR', 'NOTIMP']);

/** Whether it is the reply to what we asked: whoever guesses must guess id and question (RFC 5452 section 9.1). */
export function isReplyTo(reply: DnsReply, question: DnsQuestion, id: number): boolean {
  const [asked] = reply.questions;
  if (reply.id !== id) return false;
  // some servers leave the question out where they could not read it
  if (asked === undefined) return DOES_NOT_KNOW_EXTENSIONS.has(reply.code);
  return asked.type === question.type && asked.name === plainName(question.name);
}

export function judge<Type extends RecordType>(
  reply: DnsReply,
  question: DnsQuestion<Type>,
): Judgement<Type> {
  if (reply.isTruncated) return { kind: 'truncated' };
  if (DOES_NOT_KNOW_EXTENSIONS.has(reply.code)) return { kind: 'unextended' };
  const ttlSeconds = reply.negativeTtlSeconds;
  if (reply.code === 'NXDOMAIN') return { kind: 'answer', answer: { kind: 'no-such-name' }, ttlSeconds };
  if (reply.code !== 'NOERROR' || reply.isReferral) return { kind: 'useless' };
  const end = endOfAliases(reply.records, plainName(question.name));
  if (end === undefined) return { kind: 'alias-loop' };
  const records = reply.records.filter(
    (record): record is Extract<DnsRecord, { type: Type }> =>
      record.of === end.name && isOfType(record, question.type),
  );
  if (records.length === 0) {
    return end.aliases === 0 || ttlSeconds !== undefined
      ? { kind: 'answer', answer: { kind: 'no-data' }, ttlSeconds }
      : { kind: 'alias', name: end.name, ttlSeconds: end.ttlSeconds };
  }
  return {
    kind: 'answer',
    answer: { kind: 'found', records: records.map(({ data }) => data as RecordTypes[Type]) },
    ttlSeconds: Math.min(end.ttlSeconds, ...records.map((record) => record.ttlSeconds)),
  };
}

interface AliasEnd {
  readonly name: string;
  readonly aliases: number;
  readonly ttlSeconds: number;
}

/** Where the aliases of a reply lead; undefined where that is nowhere. */
function endOfAliases(records: readonly DnsRecord[], name: string): AliasEnd | undefined {
  let end: AliasEnd = { name, aliases: 0, ttlSeconds: Number.POSITIVE_INFINITY };
  for (;;) {
    const alias = records.find((record) => record.type === 'CNAME' && record.of === end.name);
    if (alias === undefined || alias.type !== 'CNAME') return end;
    if (end.aliases === LONGEST_ALIAS_CHAIN) return undefined;
    end = {
      name: alias.data,
      aliases: end.aliases + 1,
      ttlSeconds: Math.min(end.ttlSeconds, alias.ttlSeconds),
    };
  }
}
