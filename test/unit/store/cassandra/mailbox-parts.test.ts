import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../../../src/base/random.js';
import { parseLogin } from '../../../../src/mail/login.js';
import { INBOX } from '../../../../src/mail/mailbox-name.js';
import {
  MailboxParts,
  PERIOD_MS,
  SHARED_PART,
  periodOf,
} from '../../../../src/store/cassandra/mailbox-parts.js';

const ADDRESS = { login: parseLogin('ann@example.org'), mailbox: INBOX };
const START_MICROS = 2900 * PERIOD_MS * 1000;
const LIMITS = { shared: { messages: 3, bytes: 1000 }, own: { messages: 5, bytes: 2000 } };

function someParts(): MailboxParts {
  return new MailboxParts(systemRandom, LIMITS);
}

describe('MailboxParts', () => {
  it('puts the first messages of a week into the shared part, the next into parts of its own', () => {
    const parts = someParts();
    const chosen = Array.from({ length: 13 }, (_, at) => parts.choose(ADDRESS, START_MICROS + at, 10).part);
    expect(chosen.slice(0, 3)).toEqual([SHARED_PART, SHARED_PART, SHARED_PART]);
    expect(new Set(chosen.slice(3, 8)).size).toBe(1);
    expect(new Set(chosen.slice(8, 13)).size).toBe(1);
    expect(new Set(chosen).size).toBe(3);
    expect(chosen.every((part) => Number.isInteger(part) && part >= 0 && part < 2 ** 31)).toBe(true);
  });

  it('begins a new part for size as well as for number', () => {
    const parts = someParts();
    const chosen = [0, 1, 2].map((at) => parts.choose(ADDRESS, START_MICROS + at, 600).part);
    expect(chosen[1]).toBe(SHARED_PART);
    expect(chosen[2]).not.toBe(SHARED_PART);
  });

  it('begins each week in its shared part', () => {
    const parts = someParts();
    for (let at = 0; at < 5; at += 1) parts.choose(ADDRESS, START_MICROS + at, 10);
    const next = parts.choose(ADDRESS, START_MICROS + PERIOD_MS * 1000, 10);
    expect(next.part).toBe(SHARED_PART);
    expect(next.period).toBe(periodOf(START_MICROS) + 1);
  });

  it('chooses the same part again for the same id, whatever was opened since', () => {
    const parts = someParts();
    const ids = Array.from({ length: 40 }, (_, at) => START_MICROS + 7 * at);
    const first = ids.map((micros) => parts.choose(ADDRESS, micros, 10).part);
    expect(ids.map((micros) => parts.find(ADDRESS, micros).part)).toEqual(first);
    expect(ids.map((micros) => parts.choose(ADDRESS, micros, 10).part)).toEqual(first);
  });

  it('keeps its choices when ids come out of order, and puts nothing older into an own part', () => {
    const parts = someParts();
    const ids = Array.from({ length: 60 }, (_, at) => START_MICROS + ((at * 37) % 60));
    const chosen = ids.map((micros) => parts.choose(ADDRESS, micros, 10));
    expect(ids.map((micros) => parts.find(ADDRESS, micros).part)).toEqual(chosen.map(({ part }) => part));
    expect(chosen.every((part, at) => part.fromMicros <= (ids[at] ?? 0))).toBe(true);
  });

  it('keeps mailboxes apart', () => {
    const parts = someParts();
    for (let at = 0; at < 4; at += 1) parts.choose(ADDRESS, START_MICROS + at, 10);
    const other = { ...ADDRESS, login: parseLogin('bob@example.org') };
    expect(parts.choose(other, START_MICROS + 9, 10).part).toBe(SHARED_PART);
  });
});
