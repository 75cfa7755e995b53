// The n-th statement of an operation failing, for every n: refused before it takes effect, or done and its answer
// lost; once, or with everything that follows. After each attempt another process looks. The rule: what was
// acknowledged is there; what was refused with any kind but *uncertain* is nowhere; nothing is ever half visible; and
// the same operation again, without the fault, ends as if it had been done once.
import { expect } from '@jest/globals';
import type { Budget } from '../../../src/base/budget.js';
import type { Case } from './case.js';
import type { Ground } from './ground.js';
import { outcomeOf, type Outcome } from './reading.js';
import type { Fault } from './scripted-tap.js';

/** How much of the operation may be seen: all of it, none of it, or either (each part whole or absent). */
export type Extent = 'all' | 'none' | 'either';

export interface FaultyOperation<Subject> {
  /** "delivering a small message to three": begins the title. */
  readonly name: string;
  /** Without faults: what the operation works on, new for each attempt. */
  readonly prepare: (ground: Ground) => Promise<Subject>;
  /** Through `ground.store`. */
  readonly perform: (ground: Ground, subject: Subject, budget: Budget) => Promise<unknown>;
  /** Looks through `ground.other`; `answer` is what `perform` said when it was not refused. */
  readonly check: (ground: Ground, subject: Subject, extent: Extent, answer?: unknown) => Promise<void>;
  /** For what may have done some of its work even when it is refused, and can be repeated until it is through. */
  readonly isGradual?: true;
}

const faults: readonly Omit<Fault, 'at'>[] = [
  { when: 'before', lasting: 'once' },
  { when: 'before', lasting: 'always' },
  { when: 'after', lasting: 'once' },
  { when: 'after', lasting: 'always' },
];

/** With less than this, healthy statements of a busy machine could be cut off; with more, retries take all day. */
const FAULTY_BUDGET_MS = 350;
const MOST_STATEMENTS = 300;

export function casesOf<Subject>(operation: FaultyOperation<Subject>): readonly Case[] {
  return faults.map((fault) => ({
    title: `${operation.name} holds when its n-th statement ${describeFault(fault)}, for every n`,
    run: (ground) => failEach(ground, operation, fault),
  }));
}

async function failEach<Subject>(
  ground: Ground,
  operation: FaultyOperation<Subject>,
  fault: Omit<Fault, 'at'>,
): Promise<void> {
  for (let at = 1; at <= MOST_STATEMENTS; at += 1) {
    const subject = await operation.prepare(ground);
    ground.tap.arm({ ...fault, at });
    const outcome = await outcomeOf(operation.perform(ground, subject, ground.budget(FAULTY_BUDGET_MS)));
    const hasFired = ground.tap.disarm();
    await explained(`statement ${at} failing ${fault.when}, ${fault.lasting}: ${said(outcome)}`, async () => {
      await operation.check(ground, subject, extentOf(operation, outcome), answerOf(outcome));
      const answer = await operation.perform(ground, subject, ground.budget());
      await operation.check(ground, subject, 'all', answer);
    });
    if (!hasFired) {
      expect(at).toBeGreaterThan(1); // else no statement passed the tap, and nothing was shown
      return;
    }
  }
  throw new Error(`${operation.name} takes more than ${MOST_STATEMENTS} statements`);
}

function extentOf<Subject>(operation: FaultyOperation<Subject>, outcome: Outcome<unknown>): Extent {
  if (outcome.kind === 'done') return 'all';
  return outcome.failure.kind === 'uncertain' || operation.isGradual === true ? 'either' : 'none';
}

function answerOf(outcome: Outcome<unknown>): unknown {
  return outcome.kind === 'done' ? outcome.answer : undefined;
}

/** Says where in the script a check failed. */
async function explained(circumstances: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    throw new Error(`${circumstances}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function said(outcome: Outcome<unknown>): string {
  return outcome.kind === 'done' ? 'answered' : `refused as ${outcome.failure.code}`;
}

function describeFault({ when, lasting }: Omit<Fault, 'at'>): string {
  const what = when === 'before' ? 'is refused' : 'is done but its answer lost';
  return lasting === 'once'
    ? what
    : `and all that follow ${what === 'is refused' ? 'are refused' : 'are done but their answers lost'}`;
}

/** For what is one thing: found or not. */
export function expectExtent(extent: Extent, found: unknown): void {
  if (extent !== 'either') expect(found !== undefined).toBe(extent === 'all');
}
