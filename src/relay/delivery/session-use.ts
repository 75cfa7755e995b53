// What one session does for one message: as many transactions as its open recipients take, and what each of them learns
// by it.
import { failureOf, type Failure } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import type { DeliveryOrder } from '../attempt.js';
import {
  isForAnotherTransaction,
  verdictOnEnd,
  verdictOnLack,
  verdictOnLapse,
  verdictOnTrouble,
  verdictOnUnreadable,
} from '../outcome/outcome-policy.js';
import type { MessageBody } from '../../store/types.js';
import { mailCommands, type MailCommands } from '../session/mail-commands.js';
import type { RecipientEnd, TransactionEnd } from '../session/remote-session.js';
import type { Lack, Trouble } from '../session/trouble.js';
import type { OpenRecipients, Witness } from './open-recipients.js';
import type { OrderContent } from './order-content.js';
import type { OpenedSession } from './session-pool.js';
import { shownTrouble, type Errand } from './session-source.js';

export interface Attempt {
  readonly order: DeliveryOrder;
  readonly errand: Errand;
  readonly recipients: OpenRecipients;
  readonly content: OrderContent;
}

export type UseEnd =
  /** It can be used for another message. */
  | 'usable'
  /** It has had its share of messages. */
  | 'over'
  | 'broken'
  /** It was kept, and broke at the first word: that says nothing about the host, and nobody has learnt anything. */
  | 'stale'
  /** The delivery was not ours any more. */
  | 'not-ours';

/** How one transaction ended; `again`: the places of those that the host would take in another one. */
type Step = { readonly again: readonly number[] } | Exclude<UseEnd, 'usable' | 'over'>;

export class SessionUse {
  readonly #opened: OpenedSession;
  readonly #isReused: boolean;
  readonly #attempt: Attempt;
  readonly #log: Log;
  #transactions = 0;

  constructor(
    { opened, isReused }: { readonly opened: OpenedSession; readonly isReused: boolean },
    attempt: Attempt,
    log: Log,
  ) {
    this.#opened = opened;
    this.#isReused = isReused;
    this.#attempt = attempt;
    this.#log = log;
  }

  async run(): Promise<UseEnd> {
    const { recipients, errand } = this.#attempt;
    const { recipientsPerMessage, messagesPerConnection } = errand.settings.destination(errand.destination);
    const { session } = this.#opened;
    let rest = recipients.open;
    while (rest.length > 0) {
      const places = rest.slice(0, recipientsPerMessage);
      const step = await this.#transact(places);
      if (typeof step === 'string') return step;
      rest = [...step.again, ...rest.slice(places.length)];
      if (session.isUsable) continue;
      this.#learn(
        rest,
        verdictOnTrouble({ kind: 'lost', step: 'reset', says: 'the session could not go on' }),
      );
      return 'broken';
    }
    return this.#opened.messages < messagesPerConnection ? 'usable' : 'over';
  }

  async #transact(places: readonly number[]): Promise<Step> {
    const prepared = await this.#prepared(places);
    if (typeof prepared === 'string') return prepared;
    if (prepared === undefined) return { again: [] };
    const { commands, body } = prepared;
    const lines = commands.recipients.map((command) => ('line' in command ? command.line : undefined));
    const sent = places.filter((_, at) => lines[at] !== undefined);
    if (sent.length === 0) return { again: [] };
    this.#opened.messages += 1;
    this.#transactions += 1;
    const end = await this.#opened.session.transact({
      mail: commands.mail,
      recipients: lines.filter((line) => line !== undefined),
      content: body,
      mayFinish: this.#attempt.order.mayFinish,
    });
    return this.#ended(end, sent, commands);
  }

  /** Undefined: there is nobody that this host could be told of. */
  async #prepared(
    places: readonly number[],
  ): Promise<{ commands: MailCommands; body: MessageBody } | 'broken' | undefined> {
    const { order, content, recipients } = this.#attempt;
    const { capabilities } = this.#opened.session;
    try {
      const needs = await content.needs(capabilities);
      const wanted = places.map((place) => recipients.at(place));
      const commands = mailCommands(order.envelope, wanted, needs, capabilities);
      for (const [at, place] of places.entries()) {
        const lack = lackOf(commands, at);
        if (lack !== undefined) this.#learn([place], verdictOnLack(lack));
      }
      return typeof commands === 'string' ? undefined : { commands, body: await content.body() };
    } catch (error) {
      return this.#unreadable(failureOf(error));
    }
  }

  #ended(end: TransactionEnd, sent: readonly number[], commands: MailCommands): Step {
    switch (end.kind) {
      case 'answered':
        return this.#answered(end.ends, sent, commands);
      case 'broken':
        return this.#broken(end.trouble, sent);
      case 'unreadable':
        return this.#unreadable(end.failure);
      case 'not-ours':
      default:
        this.#learn(this.#attempt.recipients.open, verdictOnLapse());
        return 'not-ours';
    }
  }

  #answered(
    ends: readonly RecipientEnd[],
    sent: readonly number[],
    { isReportHandedOn }: MailCommands,
  ): Step {
    const again: number[] = [];
    for (const [at, end] of ends.entries()) {
      const place = sent[at];
      if (place === undefined) continue;
      const verdict = verdictOnEnd(end);
      this.#learn([place], verdict, { isReportHandedOn });
      if (isForAnotherTransaction(verdict)) again.push(place);
    }
    return { again: again.length < sent.length ? again : [] }; // where nobody was taken, nobody will be
  }

  #broken(trouble: Trouble, sent: readonly number[]): Step {
    if (this.#isReused && this.#transactions === 1 && trouble.step !== 'dot') return 'stale';
    this.#log.write('relay.host-failed', { host: this.#opened.host, ...shownTrouble(trouble) });
    const verdict = verdictOnTrouble(trouble);
    const others = this.#attempt.recipients.open.filter((place) => !sent.includes(place));
    this.#learn(sent, verdict);
    this.#learn(others, { ...verdict, isNextHostTried: true }); // they were not named to it
    return 'broken';
  }

  #unreadable({ code }: Failure): 'broken' {
    this.#learn(this.#attempt.recipients.open, verdictOnUnreadable(code));
    return 'broken';
  }

  #learn(
    places: readonly number[],
    verdict: ReturnType<typeof verdictOnTrouble>,
    more: Partial<Witness> = {},
  ): void {
    const { session, host } = this.#opened;
    const tls =
      session.security === undefined ? undefined : `${session.security.version} ${session.security.cipher}`;
    this.#attempt.recipients.learnAll(places, verdict, { host, tls, ...more });
  }
}

function lackOf(commands: MailCommands | Lack, at: number): Lack | undefined {
  if (typeof commands === 'string') return commands;
  const command = commands.recipients[at];
  return command !== undefined && 'lack' in command ? command.lack : undefined;
}
