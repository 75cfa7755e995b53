// One question to all servers in turn until one of them has an answer: over UDP, over TCP where the reply did not fit,
// without EDNS0 where a server does not know it. The servers are asked twice, the second time with more patience, and none
// of it takes longer than the budget.
import type { Budget } from '../../base/budget.js';
import type { Timers } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import type { DnsQuestion, DnsTrouble, RecordType } from './dns.js';
import { queryOctets } from './dns-message.js';
import type { DnsServer, Exchange } from './exchange.js';
import { isReplyTo, judge, type Judgement } from './judgement.js';

export interface RoundParts {
  readonly servers: () => readonly DnsServer[];
  readonly udp: Exchange;
  readonly tcp: Exchange;
  readonly timers: Timers;
  readonly random: Random;
}

export type Useful<Type extends RecordType> = Exclude<
  Judgement<Type>,
  { kind: 'truncated' | 'unextended' | 'useless' }
>;

export type RoundResult<Type extends RecordType> =
  Useful<Type> | { readonly kind: 'temporary'; readonly why: DnsTrouble };

/** What a server is given to answer, in the first round and in the second. */
const PATIENCE_MS: readonly number[] = [2000, 4000];

export async function askServers<Type extends RecordType>(
  question: DnsQuestion<Type>,
  budget: Budget,
  parts: RoundParts,
): Promise<RoundResult<Type>> {
  let why: DnsTrouble = 'no-answer';
  for (const patienceMs of PATIENCE_MS) {
    for (const server of parts.servers()) {
      if (budget.isSpent()) return { kind: 'temporary', why: 'deadline-passed' };
      const judgement = await askServer(question, { server, budget: budget.atMost(patienceMs) }, parts);
      if (judgement === undefined) continue;
      if (judgement.kind !== 'useless') return judgement;
      why = 'bad-answer';
    }
  }
  return { kind: 'temporary', why: budget.isSpent() ? 'deadline-passed' : why };
}

interface Asked {
  readonly server: DnsServer;
  readonly budget: Budget;
}

async function askServer<Type extends RecordType>(
  question: DnsQuestion<Type>,
  asked: Asked,
  parts: RoundParts,
): Promise<Useful<Type> | { readonly kind: 'useless' } | undefined> {
  let isExtended = true;
  let exchange = parts.udp;
  for (;;) {
    const judgement = await askOnce(question, { ...asked, isExtended, exchange }, parts);
    if (judgement?.kind === 'truncated') {
      if (exchange === parts.tcp) return { kind: 'useless' };
      exchange = parts.tcp;
    } else if (judgement?.kind === 'unextended') {
      if (!isExtended) return { kind: 'useless' };
      isExtended = false;
    } else {
      return judgement;
    }
  }
}

async function askOnce<Type extends RecordType>(
  question: DnsQuestion<Type>,
  {
    server,
    budget,
    isExtended,
    exchange,
  }: Asked & { readonly isExtended: boolean; readonly exchange: Exchange },
  { timers, random }: RoundParts,
): Promise<Judgement<Type> | undefined> {
  const id = Buffer.from(random.bytes(2)).readUInt16BE();
  const reply = await exchange(
    {
      server,
      octets: queryOctets(question, { id, isExtended }),
      timeoutMs: budget.remainingMs(),
      isReply: (candidate) => isReplyTo(candidate, question, id),
    },
    timers,
  );
  return reply === undefined ? undefined : judge(reply, question);
}
