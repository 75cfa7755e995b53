// What becomes of an item after an attempt: who is tried again and when, and what its sender hears.
import { describe, expect, it } from '@jest/globals';
import type { RecipientOutcome } from '../../../../src/relay/attempt.js';
import { retryWaitMs, type RetrySettings } from '../../../../src/relay/dispatch/retry-schedule.js';
import { settle, type ItemSettlement } from '../../../../src/relay/dispatch/settlement.js';
import type { RelayRecipient } from '../../../../src/store/types.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const retry: RetrySettings = {
  firstMs: 5 * MINUTE,
  factor: 2,
  maxMs: 4 * HOUR,
  warnAfterMs: 4 * HOUR,
  giveUpAfterMs: 120 * HOUR,
};
const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 };

const delivered: RecipientOutcome = {
  kind: 'delivered',
  status: '2.1.5',
  says: '250 ok',
  host: 'mx.example.org',
  isReportHandedOn: false,
};
const deferred: RecipientOutcome = {
  kind: 'deferred',
  status: '4.2.2',
  says: '452 full',
  host: 'mx.example.org',
};
const failed: RecipientOutcome = {
  kind: 'failed',
  status: '5.1.1',
  says: '550 unknown',
  host: 'mx.example.org',
};

function recipient(address: string, parameters: Record<string, string> = {}): RelayRecipient {
  return { address, parameters };
}

interface Situation {
  readonly sender?: string;
  readonly attempts?: number;
  readonly recipients: readonly RelayRecipient[];
  readonly ageMs?: number;
}

function settled(outcomes: readonly RecipientOutcome[], situation: Situation): ItemSettlement {
  const { sender = 'anne@example.com', attempts = 0, recipients, ageMs = 0 } = situation;
  const acceptedAtMs = Date.UTC(2026, 0, 1);
  const state = { recipients, attempts, nextAttemptAtMs: acceptedAtMs };
  const facts = { envelope: { sender, acceptedAtMs }, state, outcomes, nowMs: acceptedAtMs + ageMs };
  return settle(facts, retry, random);
}

/** What is said of one recipient with this NOTIFY. */
function told(notify: string, outcome: RecipientOutcome, ageMs = 0): string[] {
  return actions(settled([outcome], { recipients: [recipient('b@x', { NOTIFY: notify })], ageMs }));
}

function firstWaitMs(fraction: number): number {
  return retryWaitMs(1, retry, { ...random, fraction: () => fraction });
}

function actions({ report }: ItemSettlement): string[] {
  return report.map(({ recipient: { address }, action }) => `${address} ${action}`);
}

describe('an item after an attempt', () => {
  it('is done when everybody has it, and nobody is told', () => {
    const end = settled([delivered], { recipients: [recipient('b@x')] });
    expect(end.next).toBeUndefined();
    expect(end.report).toEqual([]);
  });

  it('is tried again for those alone who were deferred', () => {
    const recipients = [recipient('a@x'), recipient('b@x'), recipient('c@x')];
    const end = settled([delivered, deferred, failed], { recipients });
    expect(end.next?.recipients).toEqual([recipient('b@x')]);
    expect(end.next?.attempts).toBe(1);
    expect(end.next?.lastReply).toBe('452 full');
    expect(end.next?.nextAttemptAtMs).toBe(Date.UTC(2026, 0, 1) + 5 * MINUTE);
    expect(actions(end)).toEqual(['c@x failed']);
    expect(end.counts).toEqual({ delivered: 1, deferred: 1, failed: 1, expired: 0 });
  });

  it('ends in failure when it is deferred after the time to give up, and is tried last at that time', () => {
    const late = settled([deferred], { recipients: [recipient('b@x')], ageMs: 119 * HOUR, attempts: 40 });
    expect(late.next?.nextAttemptAtMs).toBe(Date.UTC(2026, 0, 1) + 120 * HOUR);
    const last = settled([deferred], { recipients: [recipient('b@x')], ageMs: 120 * HOUR, attempts: 41 });
    expect(last.next).toBeUndefined();
    expect(actions(last)).toEqual(['b@x failed']);
    expect(last.report[0]?.diagnosis).toMatchObject({ status: '5.4.7', says: '452 full' });
    expect(last.counts.expired).toBe(1);
  });

  it('warns its sender once, and not before the time', () => {
    const early = settled([deferred], { recipients: [recipient('b@x')], ageMs: 4 * HOUR - 1 });
    expect(early.report).toEqual([]);
    const late = settled([deferred], { recipients: [recipient('b@x')], ageMs: 4 * HOUR });
    expect(actions(late)).toEqual(['b@x delayed']);
    const again = settled([deferred], { recipients: late.next?.recipients ?? [], ageMs: 8 * HOUR });
    expect(again.report).toEqual([]);
    const failing = settled([failed], { recipients: again.next?.recipients ?? [], ageMs: 9 * HOUR });
    expect(actions(failing)).toEqual(['b@x failed']);
  });

  it('reports what NOTIFY asks for and nothing else (RFC 3461 section 4.1)', () => {
    expect(told('NEVER', failed)).toEqual([]);
    expect(told('NEVER', deferred, 5 * HOUR)).toEqual([]);
    expect(told('never', delivered)).toEqual([]);
    expect(told('DELAY', failed)).toEqual([]);
    expect(told('FAILURE', deferred, 5 * HOUR)).toEqual([]);
    expect(told('success,failure', delivered)).toEqual(['b@x relayed']);
    expect(told('SUCCESS', { ...delivered, isReportHandedOn: true })).toEqual([]);
  });

  it('tells nobody about mail from nobody', () => {
    const end = settled([failed], { sender: '', recipients: [recipient('b@x', { NOTIFY: 'FAILURE' })] });
    expect(end.report).toEqual([]);
    expect(end.next).toBeUndefined();
  });
});

describe('the wait before another attempt', () => {
  it('grows by its factor up to its limit', () => {
    const waits = [1, 2, 3, 6, 7, 30].map((attempts) => retryWaitMs(attempts, retry, random) / MINUTE);
    expect(waits).toEqual([5, 10, 20, 160, 240, 240]);
  });

  it('is up to a tenth shorter or longer', () => {
    expect(firstWaitMs(0)).toBe(4.5 * MINUTE);
    expect(firstWaitMs(0.999_999)).toBeGreaterThan(5.49 * MINUTE);
    expect(firstWaitMs(0.999_999)).toBeLessThanOrEqual(5.5 * MINUTE);
  });
});
