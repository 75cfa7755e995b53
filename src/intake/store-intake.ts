// Intake over a store. A small message is placed in one piece. A large one is written while its sender still sends it,
// then held for all its mailboxes and queued shares, then placed; what fails on the way is undone, at once or in the
// background. The sender is told one of two things: it is everywhere, for good, or nobody has it.
import { BoundedLog } from '../base/bounded-log.js';
import type { Clock, Timers } from '../base/clock.js';
import { Budget } from '../base/budget.js';
import { Failure } from '../base/failure.js';
import { Gate } from '../base/gate.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import type { Random } from '../base/random.js';
import { timeOfIdMs, type TimeUuid, type TimeUuidSource } from '../base/time-uuid.js';
import type { Login } from '../mail/login.js';
import type { RelayDoor } from '../queue/relay-queue.js';
import type { BodyStore } from '../store/api/bodies.js';
import type { MailboxStore } from '../store/api/mailboxes.js';
import type { HeldBody, LargeBody, MailboxAddress, SmallBody } from '../store/types.js';
import { addressedMailboxes } from './addressed-mailboxes.js';
import { BodyWriting, LONGEST_CONTENT_MS } from './body-writing.js';
import { CleanUp } from './clean-up.js';
import { gatherContent, type GatheredContent } from './gathered-content.js';
import { mailboxHolders, Placement, queueHolders } from './placement.js';
import { relayItems, relayShares, type RelayShare } from './relay-shares.js';
import { IncomingContent } from './incoming-content.js';
import type { IncomingMessage, Intake, Receipt } from './intake.js';

export interface IntakeSettings {
  /** Keep a copy of what a user submits in his outbox. */
  readonly outbox: boolean;
}

/** Hears of what came into mailboxes, so that quotas need not be counted anew. */
export interface DeliveryListener {
  noteDelivery(login: Login, sizeBytes: number): void;
}

/** Who knows where mail goes instead when its mailboxes have gone since they were looked up. */
export interface StandingMailboxes {
  /** Without those of users who are gone or going; the inbox for a mailbox that is no more. */
  stillThere(mailboxes: readonly MailboxAddress[], budget: Budget): Promise<readonly MailboxAddress[]>;
}

export interface StoreIntakeParts {
  readonly standing: StandingMailboxes;
  readonly mailboxes: Pick<MailboxStore, 'deliver' | 'takeBack'>;
  readonly bodies: Pick<BodyStore, 'write' | 'hold' | 'discard' | 'release'>;
  readonly relay: Pick<RelayDoor, 'assertOpen' | 'store'>;
  /** The one source of the process. */
  readonly ids: Pick<TimeUuidSource, 'next'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly deliveries: DeliveryListener;
  readonly settings: () => IntakeSettings;
}

/** A quarter of a megabyte each until the store takes it, whose own gate bounds the rest. */
const LARGE_AT_ONCE = 500;
const LARGE_WAITING = 500;
const LONGEST_WAIT_MS = 30_000;
/** Whoever takes longer to send is asked about again, lest the mail of a removed user outlive him. */
const LOOKUP_LASTS_MS = 5000;
/** Strangers decide how often a message is refused. */
const REFUSALS_LOGGED = { lines: 100, perMs: 10_000 };
/** So many destinations share one stored body, however small it is. */
const SHARES_OF_ONE_BODY = 2;

/** A message from the moment its id is known. */
interface Acceptance {
  readonly id: TimeUuid;
  readonly startedAtMs: number;
  readonly to: readonly MailboxAddress[];
  readonly shares: readonly RelayShare[];
  readonly message: IncomingMessage;
}

export class StoreIntake implements Intake {
  readonly #parts: StoreIntakeParts;
  readonly #refusalLog: Log;
  readonly #cleanUp: CleanUp;
  readonly #placement: Placement;
  readonly #largeMessages: Gate;

  constructor(parts: StoreIntakeParts) {
    this.#parts = parts;
    this.#refusalLog = new BoundedLog(parts.log, parts.clock, REFUSALS_LOGGED);
    this.#cleanUp = new CleanUp(parts);
    this.#placement = new Placement({ ...parts, cleanUp: this.#cleanUp });
    const bounds = { name: 'large messages', width: LARGE_AT_ONCE, waiting: LARGE_WAITING };
    this.#largeMessages = new Gate(bounds, parts.timers);
  }

  async accept(message: IncomingMessage, budget: () => Budget): Promise<Receipt> {
    const { ids, clock, settings } = this.#parts;
    const to = addressedMailboxes(message, settings().outbox);
    const id = ids.next();
    const shares = relayShares(message, () => ids.next());
    const acceptance = { id, startedAtMs: clock.monotonicMs(), to, shares, message };
    const content = new IncomingContent(message.content);
    try {
      this.#assertDeliverable(acceptance);
      return await this.#accept(acceptance, content, budget);
    } catch (error) {
      const reason = await content.failureWhileDraining(error);
      this.#noteRefusal(acceptance, reason);
      throw reason;
    }
  }

  /** Undoes what is still to be undone, for `ms` at most; tells how much is left. Call it when no message comes any more. */
  settle(ms: number): Promise<number> {
    return this.#cleanUp.settle(ms);
  }

  #assertDeliverable({ to, shares }: Acceptance): void {
    if (shares.length > 0) this.#parts.relay.assertOpen();
    if (to.length + shares.length === 0) throw new RangeError('a message for nobody got past the edge');
  }

  async #accept(acceptance: Acceptance, content: IncomingContent, budget: () => Budget): Promise<Receipt> {
    const { clock } = this.#parts;
    if (this.#cleanUp.isFull())
      throw new Failure('too-busy', `${this.#cleanUp.pending} messages are still to be taken back`);
    const { id, message } = acceptance;
    const header = Buffer.from(message.header(id, timeOfIdMs(id)));
    const beginning = await gatherContent(header, content);
    let endedAtMs = clock.monotonicMs();
    const ended = (): Budget => {
      endedAtMs = clock.monotonicMs();
      if (endedAtMs - acceptance.startedAtMs < LONGEST_CONTENT_MS) return budget();
      throw new Failure('deadline-passed', 'the message took half a day to arrive');
    };
    let sizeBytes = beginning.bytes.length;
    if (beginning.isWhole && acceptance.shares.length < SHARES_OF_ONE_BODY) {
      const time = ended();
      await this.#place(await this.#stillStanding(acceptance, time), small(beginning.bytes), time);
    } else sizeBytes = await this.#acceptLarge(acceptance, beginning, content, ended);
    this.#noteAcceptance(acceptance, sizeBytes, endedAtMs);
    return { id, sizeBytes };
  }

  /** Returns the size of the whole. */
  #acceptLarge(
    acceptance: Acceptance,
    beginning: GatheredContent,
    content: IncomingContent,
    ended: () => Budget,
  ): Promise<number> {
    const wait = Budget.of(this.#parts.clock, LONGEST_WAIT_MS);
    return this.#largeMessages.run(wait, async () => {
      const writing = new BodyWriting(this.#parts.ids.next(), this.#parts);
      let budget: Budget;
      let standing: Acceptance;
      try {
        await writing.add(beginning.bytes);
        if (!beginning.isWhole) await writing.addAll(content);
        budget = ended();
        standing = await this.#stillStanding(acceptance, budget);
      } catch (error) {
        await writing.abandon();
        throw error;
      }
      const body = await this.#written(standing, writing, budget);
      await this.#place(standing, await this.#held(standing, body, budget), budget);
      return body.sizeBytes;
    });
  }

  /** Fails with *user-unknown* when nobody is left. */
  async #stillStanding(acceptance: Acceptance, budget: Budget): Promise<Acceptance> {
    const { clock, standing } = this.#parts;
    const { message, startedAtMs } = acceptance;
    if (clock.monotonicMs() - (message.lookedUpAtMs ?? startedAtMs) < LOOKUP_LASTS_MS) return acceptance;
    const to = await standing.stillThere(acceptance.to, budget);
    if (to.length + acceptance.shares.length > 0) return { ...acceptance, to };
    throw new Failure('user-unknown', 'all whom it was for have been removed while it came');
  }

  async #written({ id }: Acceptance, writing: BodyWriting, budget: Budget): Promise<LargeBody> {
    try {
      return await writing.end(budget);
    } catch (error) {
      const attempt = async (time: Budget): Promise<void> => {
        const body = await writing.late(time);
        if (body !== undefined) await this.#parts.bodies.discard(body, time);
      };
      this.#cleanUp.begin({ what: 'discard', message: id, attempt });
      throw error;
    }
  }

  async #held({ id, to, shares }: Acceptance, body: LargeBody, budget: Budget): Promise<HeldBody> {
    const holders = [...mailboxHolders(id, to), ...queueHolders(shares.map(({ item }) => item))];
    const { bodies } = this.#parts;
    try {
      return await bodies.hold(body, holders, budget);
    } catch (error) {
      this.#cleanUp.begin({ what: 'discard', message: id, attempt: (time) => bodies.discard(body, time) });
      throw error;
    }
  }

  #place({ id, to, shares, message }: Acceptance, body: SmallBody | HeldBody, budget: Budget): Promise<void> {
    const items = relayItems(shares, { id, message, acceptedAtMs: timeOfIdMs(id) }, body);
    return this.#placement.place({ id, body, to, items }, budget);
  }

  #noteAcceptance({ id, to, shares, message }: Acceptance, sizeBytes: number, endedAtMs: number): void {
    const { clock, log, metrics, deliveries } = this.#parts;
    const ms = clock.monotonicMs() - endedAtMs;
    metrics.count('cassmail_messages_accepted_total', {});
    metrics.count('cassmail_messages_accepted_bytes_total', {}, sizeBytes);
    metrics.observe('cassmail_message_store_seconds', {}, ms / 1000);
    for (const { login } of to) deliveries.noteDelivery(login, sizeBytes);
    log.write('message.accepted', {
      ...traceOf(id, message),
      mailboxes: to.length,
      ...(shares.length === 0 ? {} : { destinations: shares.length }),
      sizeBytes,
      ms: tenths(ms),
    });
  }

  #noteRefusal({ id, message }: Acceptance, error: unknown): void {
    const { metrics } = this.#parts;
    const code = error instanceof Failure ? error.code : 'other';
    metrics.count('cassmail_messages_refused_total', { code });
    const says = error instanceof Error ? error.message : String(error);
    this.#refusalLog.write('message.refused', { ...traceOf(id, message), code, says });
  }
}

function small(bytes: Uint8Array): SmallBody {
  return { kind: 'small', bytes };
}

/** By which a message is found in the log. */
function traceOf(
  id: TimeUuid,
  { sender, submitter, recipients, origin }: IncomingMessage,
): Record<string, unknown> {
  const by = submitter === undefined ? {} : { submitter };
  return { id, ...origin, sender: sender?.text ?? '', ...by, recipients: recipients.length };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
