// The DNS as the program sees it: asks the given servers, follows aliases, remembers answers as long as they allow and
// never longer than a day, and asks a question once however many wait for its answer. Everything has a bound: what is
// remembered, the questions under way, the aliases, the time. What could not be told is not remembered.
import type { Budget } from '../../base/budget.js';
import type { Clock } from '../../base/clock.js';
import { failureOf } from '../../base/failure.js';
import { Gate } from '../../base/gate.js';
import { Lru } from '../../base/lru.js';
import type { Metrics } from '../../base/metrics.js';
import { waitWithin } from '../../base/wait-within.js';
import type { Dns, DnsAnswer, DnsQuestion, DnsTrouble, RecordType } from './dns.js';
import { plainName } from './dns-message.js';
import { askServers, type RoundParts } from './enquiry-round.js';
import { LONGEST_ALIAS_CHAIN } from './judgement.js';

export interface ResolverParts extends RoundParts {
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'count'>;
}

/** Names of the busiest gateway's destinations of an hour, with their hosts. */
const REMEMBERED = 20_000;
/** Below this a busy destination would be asked for with every connection; nobody moves a mail host in five seconds. */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 24 * 60 * 60 * 1000;
/** RFC 2308 section 5 has one to three hours; whoever mends his zone should not wait so long for his mail. */
const LONGEST_NEGATIVE_MS = 15 * 60 * 1000;
/** For one question, its aliases included: longer than two rounds over two servers. */
const LONGEST_LOOK_MS = 30_000;
/** A socket each. */
const UNDER_WAY = { name: 'the DNS', width: 200, waiting: 10_000 };
const NAME = /^(?=.{1,253}$)[\w-]{1,63}(\.[\w-]{1,63})*$/;

interface Remembered {
  readonly answer: DnsAnswer;
  readonly untilMs: number;
}

export class Resolver implements Dns {
  readonly #parts: ResolverParts;
  readonly #remembered = new Lru<string, Remembered>(REMEMBERED);
  readonly #underWay = new Map<string, Promise<DnsAnswer>>();
  readonly #gate: Gate;

  constructor(parts: ResolverParts) {
    this.#parts = parts;
    this.#gate = new Gate(UNDER_WAY, parts.timers);
  }

  async lookup<Type extends RecordType>(
    { name, type }: DnsQuestion<Type>,
    budget: Budget,
  ): Promise<DnsAnswer<Type>> {
    const question = { name: plainName(name), type };
    if (!NAME.test(question.name)) return { kind: 'no-such-name' }; // it could not be asked for
    const key = `${type} ${question.name}`;
    for (;;) {
      const known = this.#remembered.get(key);
      if (known !== undefined && this.#parts.clock.monotonicMs() < known.untilMs) {
        return known.answer as DnsAnswer<Type>; // its key says so
      }
      const other = this.#underWay.get(key);
      if (other === undefined) return this.#look(key, question, budget);
      const answer = await shared(other, () =>
        waitWithin(budget, this.#parts.timers, other, `another look for ${key}`),
      );
      if (answer !== undefined) return answer as DnsAnswer<Type>; // of the same key
    }
  }

  async #look<Type extends RecordType>(
    key: string,
    question: DnsQuestion<Type>,
    budget: Budget,
  ): Promise<DnsAnswer<Type>> {
    const looking = this.#ask(key, question, budget.atMost(LONGEST_LOOK_MS));
    this.#underWay.set(key, looking);
    try {
      return await looking;
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #ask<Type extends RecordType>(
    key: string,
    question: DnsQuestion<Type>,
    budget: Budget,
  ): Promise<DnsAnswer<Type>> {
    const { answer, ttlSeconds } = await this.#followed(question, budget);
    const outcome = answer.kind === 'temporary' ? answer.why : answer.kind;
    this.#parts.metrics.count('cassmail_dns_lookups_total', { type: question.type, outcome });
    const ms = rememberedMs(answer, ttlSeconds);
    if (ms > 0) this.#remembered.set(key, { answer, untilMs: this.#parts.clock.monotonicMs() + ms });
    return answer;
  }

  async #followed<Type extends RecordType>(
    question: DnsQuestion<Type>,
    budget: Budget,
  ): Promise<{ readonly answer: DnsAnswer<Type>; readonly ttlSeconds?: number | undefined }> {
    let { name } = question;
    let shortestSeconds = Number.POSITIVE_INFINITY;
    for (let aliases = 0; aliases <= LONGEST_ALIAS_CHAIN; aliases += 1) {
      const result = await this.#round({ ...question, name }, budget);
      if (result.kind === 'temporary') return { answer: result };
      if (result.kind === 'alias-loop') break;
      if (result.kind === 'answer') {
        const { answer, ttlSeconds } = result;
        return { answer, ttlSeconds: ttlSeconds && Math.min(shortestSeconds, ttlSeconds) };
      }
      name = result.name;
      shortestSeconds = Math.min(shortestSeconds, result.ttlSeconds);
      if (!NAME.test(name)) return { answer: { kind: 'no-such-name' }, ttlSeconds: shortestSeconds };
    }
    return { answer: { kind: 'temporary', why: 'alias-loop' } };
  }

  async #round<Type extends RecordType>(question: DnsQuestion<Type>, budget: Budget) {
    try {
      return await this.#gate.run(budget, () => askServers(question, budget, this.#parts));
    } catch (error) {
      const { code } = failureOf(error);
      const why: DnsTrouble = code === 'too-busy' ? 'too-busy' : 'deadline-passed';
      return { kind: 'temporary' as const, why };
    }
  }
}

/** What somebody else's look has brought, unless that one had less time than we have. */
async function shared(
  looking: Promise<DnsAnswer>,
  wait: () => Promise<void>,
): Promise<DnsAnswer | undefined> {
  try {
    await wait();
  } catch (error) {
    failureOf(error);
    return { kind: 'temporary', why: 'deadline-passed' };
  }
  const answer = await looking;
  return answer.kind === 'temporary' && answer.why === 'deadline-passed' ? undefined : answer;
}

/** 0: not at all. */
function rememberedMs(answer: DnsAnswer, ttlSeconds: number | undefined): number {
  if (answer.kind === 'temporary' || ttlSeconds === undefined) return 0;
  const longest = answer.kind === 'found' ? LONGEST_MS : LONGEST_NEGATIVE_MS;
  return Math.min(longest, Math.max(SHORTEST_MS, ttlSeconds * 1000));
}
