// Takes what is due out of the queue, lets it be attempted, and settles it: delivered, put off, or reported to its
// sender and done. A lane for each destination keeps the slow from standing in the way of the others; all lanes together
// have so many attempts under way and no more, given out in turn.
import type { Clock, Timers } from '../../base/clock.js';
import { failureOf } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import type { LogEvent } from '../../base/log-events.js';
import type { Metrics } from '../../base/metrics.js';
import type { Random } from '../../base/random.js';
import type { DeliveryQueue, LiveItem } from '../../queue/relay-queue.js';
import type { RelayState } from '../../store/types.js';
import type { AttemptResult, Deliverer, Diagnosis, RecipientOutcome } from '../attempt.js';
import { relayedContent } from '../relayed-content.js';
import { knownEnd, withKnownEnd } from './known-end.js';
import { Lane, type LaneLesson, type LaneSettings } from './lane.js';
import type { RetrySettings } from './retry-schedule.js';
import { settle, type ItemSettlement, type ReportedRecipient } from './settlement.js';

type Attempted = Extract<AttemptResult, { kind: 'attempted' }>;

export interface Reporter {
  /** Durable when it resolves: the reports are queued or in their mailboxes. */
  report(item: LiveItem, recipients: readonly ReportedRecipient[]): Promise<void>;
}

export interface DispatcherParts {
  readonly queue: DeliveryQueue;
  readonly deliverer: Deliverer;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly retry: () => RetrySettings;
  readonly lane: (destination: string) => LaneSettings;
}

/** Of a small message's octets and a socket each; a hundred destinations that hang leave most of it to the others. */
const ATTEMPTS_AT_ONCE = 2000;
/** Before a report that could not be stored is tried again. */
const REPORT_AGAIN_MS = 60_000;
/** How long a stop waits before it looks again whether all attempts have ended. */
const STOP_LOOK_MS = 20;
const LOGGED_SAYS_CHARACTERS = 200;

export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #lanes = new Map<string, Lane>();
  readonly #waiting = new Set<Lane>();
  #active = 0;
  #isStopped = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#parts.queue.onDue((destination) => this.#run(destination));
    this.runAll();
  }

  /** After settings changed: suspended, resumed, faster, slower. */
  runAll(): void {
    for (const destination of this.#parts.queue.destinations()) this.#run(destination);
  }

  /** An operator asks for an attempt now, whatever was learnt of the destination. */
  reopen(destination: string): void {
    this.#lanes.get(destination)?.reopen();
    this.#run(destination);
  }

  view(destination: string): Lane['view'] | undefined {
    return this.#lanes.get(destination)?.view;
  }

  /** Begins nothing more and waits for what is under way, `ms` at most; tells how many attempts were left. */
  async stop(ms: number): Promise<number> {
    const { clock, timers } = this.#parts;
    this.#isStopped = true;
    for (const lane of this.#lanes.values()) lane.stop();
    const endMs = clock.monotonicMs() + ms;
    while (this.#active > 0 && clock.monotonicMs() < endMs) await timers.sleep(STOP_LOOK_MS);
    return this.#active;
  }

  #run(destination: string): void {
    if (this.#isStopped) return;
    this.#lane(destination).run();
  }

  #lane(destination: string): Lane {
    const known = this.#lanes.get(destination);
    if (known !== undefined) return known;
    const { queue, clock, timers, random, log, lane: settings } = this.#parts;
    const lane = new Lane(destination, {
      queue,
      clock,
      timers,
      random,
      log,
      settings,
      enter: (entering) => this.#enter(entering),
      leave: () => this.#leave(),
      rest: () => void this.#lanes.delete(destination),
      attempt: (item) => this.#attempt(item),
      putOff: (item, reason, untilMs) => this.#putOff(item, reason, untilMs),
    });
    this.#lanes.set(destination, lane);
    return lane;
  }

  #enter(lane: Lane): boolean {
    if (this.#isStopped) return false;
    if (this.#active >= ATTEMPTS_AT_ONCE) {
      this.#waiting.add(lane);
      return false;
    }
    this.#count(1);
    return true;
  }

  /** The place goes to whoever waits longest for one. */
  #leave(): void {
    this.#count(-1);
    const [next] = this.#waiting;
    if (next !== undefined) {
      this.#waiting.delete(next);
      this.#parts.timers.after(0, () => this.#run(next.destination));
    }
  }

  #count(change: 1 | -1): void {
    this.#active += change;
    this.#parts.metrics.gauge('cassmail_relay_attempts_under_way', {}, this.#active);
  }

  async #attempt(item: LiveItem): Promise<LaneLesson> {
    const { queue } = this.#parts;
    if (!queue.mayDeliver(item)) {
      queue.putBack(item);
      return { kind: 'not-ours' };
    }
    const tried = await this.#outcomes(item);
    if (tried === undefined) {
      queue.putBack(item);
      return { kind: 'not-ours' };
    }
    await this.#settle(item, tried.outcomes);
    return tried.lesson;
  }

  /** Undefined: the delivery was no longer ours to make. */
  async #outcomes(
    item: LiveItem,
  ): Promise<{ outcomes: readonly RecipientOutcome[]; lesson: LaneLesson } | undefined> {
    const { queue, deliverer } = this.#parts;
    const { recipients } = item.state;
    const ends = recipients.map(knownEnd);
    const open = recipients.filter((_, at) => ends[at] === undefined);
    if (open.length === 0) return { outcomes: ends.filter(isKnown), lesson: { kind: 'none' } };
    const result = await deliverer.attempt({
      envelope: item.envelope,
      recipients: open,
      sizeBytes: item.sizeBytes,
      content: async (budget) => relayedContent(await queue.content(item, budget)),
      mayFinish: () => queue.mayDeliver(item),
    });
    if (result.kind === 'not-ours') return undefined;
    const tried = result.outcomes.values();
    const outcomes = ends.map((end) => end ?? tried.next().value).filter(isKnown);
    return { outcomes, lesson: lessonOf(result) };
  }

  async #settle(item: LiveItem, outcomes: readonly RecipientOutcome[], notBeforeMs = 0): Promise<void> {
    const { queue, reporter, log, clock, random, retry } = this.#parts;
    const { envelope, state } = item;
    const facts = { envelope, state, outcomes, nowMs: clock.wallMs(), notBeforeMs };
    const settlement = settle(facts, retry(), random);
    this.#note(item, outcomes, settlement);
    try {
      if (settlement.report.length > 0) await reporter.report(item, settlement.report);
    } catch (error) {
      log.write('relay.report-put-off', { id: item.envelope.message, error: failureOf(error) });
      queue.defer(item, afterReport(item, outcomes, clock.wallMs() + REPORT_AGAIN_MS));
      return;
    }
    if (settlement.next === undefined) queue.done(item);
    else queue.defer(item, settlement.next);
  }

  /** Not tried: its destination is known to be dead. */
  #putOff(item: LiveItem, reason: Diagnosis, untilMs: number): void {
    const { clock } = this.#parts;
    const outcomes = item.state.recipients.map(
      (recipient): RecipientOutcome => knownEnd(recipient) ?? { ...reason, kind: 'deferred' },
    );
    void this.#settle(item, outcomes, clock.wallMs() + (untilMs - clock.monotonicMs()));
  }

  #note({ envelope }: LiveItem, [first]: readonly RecipientOutcome[], { counts }: ItemSettlement): void {
    const { log, metrics } = this.#parts;
    for (const outcome of ['delivered', 'deferred', 'failed', 'expired'] as const) {
      if (counts[outcome] > 0) metrics.count('cassmail_relay_recipients_total', { outcome }, counts[outcome]);
    }
    log.write(eventOf(counts), {
      id: envelope.message,
      destination: envelope.destination,
      ...counts,
      host: first?.host,
      says: first?.says.slice(0, LOGGED_SAYS_CHARACTERS),
    });
  }
}

/** The worst that happened names the line. */
function eventOf({ failed, expired, deferred }: ItemSettlement['counts']): LogEvent {
  if (failed + expired > 0) return 'relay.failed';
  return deferred > 0 ? 'relay.deferred' : 'relay.delivered';
}

function isKnown(outcome: RecipientOutcome | undefined): outcome is RecipientOutcome {
  return outcome !== undefined;
}

function lessonOf({ outcomes, isDestinationAlive }: Attempted): LaneLesson {
  const [reason] = outcomes;
  return isDestinationAlive || reason === undefined ? { kind: 'reached' } : { kind: 'dead', reason };
}

/** Nobody is tried again before the report is stored: not those whose end it tells, nor, for so long, the others. */
function afterReport({ state }: LiveItem, outcomes: readonly RecipientOutcome[], atMs: number): RelayState {
  const recipients = state.recipients.map((recipient, at) => {
    const outcome = outcomes[at];
    return outcome === undefined ? recipient : withKnownEnd(recipient, outcome);
  });
  return { ...state, recipients, nextAttemptAtMs: atMs };
}
