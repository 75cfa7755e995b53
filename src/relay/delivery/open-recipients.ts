// The recipients of one attempt and what is known of each: those that are settled, and those for whom another host is
// tried while there is one. Each keeps the mildest of what the hosts said.
import type { RelayRecipient } from '../../store/types.js';
import type { RecipientOutcome } from '../attempt.js';
import { milder, type Verdict } from '../outcome/outcome-policy.js';

/** Who said so, and what else is to be told of a delivery. */
export interface Witness {
  readonly host: string | undefined;
  readonly tls?: string | undefined;
  readonly isReportHandedOn?: boolean;
}

interface Known {
  readonly verdict: Verdict;
  readonly witness: Witness;
}

export class OpenRecipients {
  readonly #recipients: readonly RelayRecipient[];
  readonly #known: (Known | undefined)[];
  #open: readonly number[];

  constructor(recipients: readonly RelayRecipient[]) {
    this.#recipients = recipients;
    this.#known = recipients.map(() => undefined);
    this.#open = recipients.map((_, at) => at);
  }

  /** Their places; another host may still do something for them. */
  get open(): readonly number[] {
    return this.#open;
  }

  get isAnybodyServed(): boolean {
    return this.#known.some((known) => known?.verdict.kind === 'delivered');
  }

  at(place: number): RelayRecipient {
    const recipient = this.#recipients[place];
    if (recipient === undefined) throw new RangeError(`there is no recipient ${place}`);
    return recipient;
  }

  learn(place: number, verdict: Verdict, witness: Witness): void {
    const before = this.#known[place];
    const chosen = milder(before?.verdict, verdict);
    this.#known[place] = chosen === before?.verdict ? before : { verdict: chosen, witness };
    if (!verdict.isNextHostTried) this.#open = this.#open.filter((open) => open !== place);
  }

  learnAll(places: readonly number[], verdict: Verdict, witness: Witness): void {
    for (const place of places) this.learn(place, verdict, witness);
  }

  outcomes(): readonly RecipientOutcome[] {
    return this.#known.map((known) => {
      if (known === undefined) throw new Error('an attempt ended without a word on a recipient');
      return outcomeOf(known);
    });
  }
}

function outcomeOf({ verdict: { kind, status, says }, witness }: Known): RecipientOutcome {
  const { host, tls, isReportHandedOn = false } = witness;
  const diagnosis = { status, says, ...(host === undefined ? {} : { host }) };
  if (kind !== 'delivered') return { kind, ...diagnosis };
  return { kind, ...diagnosis, isReportHandedOn, ...(tls === undefined ? {} : { tls }) };
}
