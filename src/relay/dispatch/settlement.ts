// What an attempt means for its item: who has it, who will be tried again and when, and what the sender is to be told.
// One pure decision. NOTIFY of RFC 3461 section 4.1 is obeyed here and nowhere else.
import type { Random } from '../../base/random.js';
import type { RelayEnvelope, RelayRecipient, RelayState } from '../../store/types.js';
import type { Diagnosis, RecipientOutcome } from '../attempt.js';
import { retryWaitMs, type RetrySettings } from './retry-schedule.js';

/** The word of RFC 3464 section 2.3.3 for what is reported. */
export type ReportedAction = 'failed' | 'delayed' | 'delivered' | 'relayed';

export interface ReportedRecipient {
  readonly recipient: RelayRecipient;
  readonly action: ReportedAction;
  readonly diagnosis: Diagnosis;
}

export interface ItemSettlement {
  readonly report: readonly ReportedRecipient[];
  /** Undefined: nobody is left to be served, the item is done. */
  readonly next: RelayState | undefined;
  readonly counts: Readonly<Record<'delivered' | 'deferred' | 'failed' | 'expired', number>>;
}

export interface SettlementFacts {
  readonly envelope: Pick<RelayEnvelope, 'acceptedAtMs' | 'sender'>;
  readonly state: RelayState;
  /** One for each recipient of the state, in its order. */
  readonly outcomes: readonly RecipientOutcome[];
  readonly nowMs: number;
  /** What is known of the destination: no attempt before this can succeed. */
  readonly notBeforeMs?: number;
}

/** Of a recipient whose sender has been told that it takes longer. Not one of SMTP's names, which are in capitals. */
const WARNED = 'warned';
const LAST_REPLY_CHARACTERS = 500;
/** RFC 3463 section 3.5. */
const EXPIRED_STATUS = '5.4.7';

export function settle(facts: SettlementFacts, retry: RetrySettings, random: Random): ItemSettlement {
  const { envelope, state, outcomes, nowMs } = facts;
  const ageMs = nowMs - envelope.acceptedAtMs;
  const report: ReportedRecipient[] = [];
  const remaining: RelayRecipient[] = [];
  const counts = { delivered: 0, deferred: 0, failed: 0, expired: 0 };
  let lastReply: string | undefined;
  for (const [at, recipient] of state.recipients.entries()) {
    const outcome = outcomes[at];
    if (outcome === undefined) throw new RangeError(`no outcome for recipient ${at} of ${outcomes.length}`);
    const end = endOf(outcome, ageMs, retry);
    counts[end.kind] += 1;
    const action = reportedAction(end, recipient, { ageMs, retry });
    if (action !== undefined) report.push({ recipient, action, diagnosis: end });
    if (end.kind !== 'deferred') continue;
    lastReply = end.says.slice(0, LAST_REPLY_CHARACTERS);
    remaining.push(action === 'delayed' ? warned(recipient) : recipient);
  }
  if (remaining.length === 0) return { report: addressed(report, envelope), next: undefined, counts };
  const attempts = state.attempts + 1;
  const nextAttemptAtMs = nextTime(facts, retryWaitMs(attempts, retry, random), retry);
  const reply = lastReply === undefined ? {} : { lastReply };
  return {
    report: addressed(report, envelope),
    next: { recipients: remaining, attempts, nextAttemptAtMs, ...reply },
    counts,
  };
}

type End = RecipientOutcome | (Diagnosis & { readonly kind: 'expired' });

function endOf(outcome: RecipientOutcome, ageMs: number, { giveUpAfterMs }: RetrySettings): End {
  if (outcome.kind !== 'deferred' || ageMs < giveUpAfterMs) return outcome;
  return { ...outcome, kind: 'expired', status: EXPIRED_STATUS };
}

/** The last attempt is made when the time is up, not some hours before or after. */
function nextTime(
  { envelope, nowMs }: SettlementFacts,
  waitMs: number,
  { giveUpAfterMs }: RetrySettings,
): number {
  return Math.min(nowMs + waitMs, Math.max(nowMs, envelope.acceptedAtMs + giveUpAfterMs));
}

function reportedAction(
  end: End,
  recipient: RelayRecipient,
  { ageMs, retry }: { ageMs: number; retry: RetrySettings },
): ReportedAction | undefined {
  const wanted = notifyOf(recipient);
  if (end.kind === 'delivered') return wanted.has('SUCCESS') && !end.isReportHandedOn ? 'relayed' : undefined;
  if (end.kind !== 'deferred') return wanted.has('FAILURE') ? 'failed' : undefined;
  const isLate = ageMs >= retry.warnAfterMs && retry.warnAfterMs < retry.giveUpAfterMs;
  return isLate && wanted.has('DELAY') && !(WARNED in recipient.parameters) ? 'delayed' : undefined;
}

/** Without NOTIFY it is ours to choose about delays (RFC 3461 section 4.1): who waits wants to know. */
function notifyOf({ parameters }: RelayRecipient): ReadonlySet<string> {
  const given = parameters['NOTIFY'] ?? 'FAILURE,DELAY';
  return new Set(given.toUpperCase().split(','));
}

function warned(recipient: RelayRecipient): RelayRecipient {
  return { ...recipient, parameters: { ...recipient.parameters, [WARNED]: '' } };
}

/** What came from nobody is reported to nobody (RFC 3461 section 5.2.9 d). */
function addressed(
  report: readonly ReportedRecipient[],
  { sender }: SettlementFacts['envelope'],
): readonly ReportedRecipient[] {
  return sender === '' ? [] : report;
}
