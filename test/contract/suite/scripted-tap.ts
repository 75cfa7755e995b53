// A tap that stands between a store and its engine: it remembers what was sent, and on demand it slows statements down
// or lets them fail, before they take effect (as *temporary*) or after (as *uncertain*: what a time-out looks like
// whose write happened). A statement that only reads fails as a read in both cases.
import { Failure } from '../../../src/base/failure.js';
import type { StatementTap } from '../../../src/store/api/statement-tap.js';

export interface Fault {
  /** The n-th statement from now, counted from 1. */
  readonly at: number;
  readonly when: 'before' | 'after';
  /** *always*: this one and all that follow. */
  readonly lasting: 'once' | 'always';
}

/** Statements whose names say that they only read. */
const READS = /\.(read|list|current|look|recover|slices|body|refs|directory|confirmEmpty|scan)\b/;

export class ScriptedTap implements StatementTap {
  #statements: string[] = [];
  #fault: Fault | undefined;
  #hasFired = false;
  #before: ((statement: string) => Promise<void>) | undefined;
  #disturb: (() => Fault['when'] | undefined) | undefined;

  async around<T>(statement: string, send: () => Promise<T>): Promise<T> {
    this.#statements.push(statement);
    const fault = this.#faultOf(this.#statements.length) ?? this.#disturb?.();
    if (fault === 'before') throw failureBefore(statement);
    await this.#before?.(statement);
    const answer = await send();
    if (fault === 'after') throw failureAfter(statement);
    return answer;
  }

  /** Forgets everything and counts from here on. */
  reset(): void {
    this.#statements = [];
    this.#fault = undefined;
    this.#hasFired = false;
    this.#before = undefined;
    this.#disturb = undefined;
  }

  arm(fault: Fault): void {
    this.reset();
    this.#fault = fault;
  }

  /** Lets every so-manieth statement fail, by chance, in either way. */
  disturb(rate: number, chance: () => number): void {
    this.reset();
    this.#disturb = () => {
      if (chance() >= rate) return undefined;
      this.#hasFired = true;
      return chance() < 0.5 ? 'before' : 'after';
    };
  }

  /** Does this before each statement is sent: waiting, or counting along. */
  beforeEach(action: (statement: string) => Promise<void>): void {
    this.reset();
    this.#before = action;
  }

  /** Ends the script; tells whether it let anything fail. */
  disarm(): boolean {
    const hasFired = this.#hasFired;
    this.reset();
    return hasFired;
  }

  get statements(): readonly string[] {
    return this.#statements;
  }

  #faultOf(n: number): Fault['when'] | undefined {
    const fault = this.#fault;
    if (fault === undefined || n < fault.at || (n > fault.at && fault.lasting === 'once')) return undefined;
    this.#hasFired = true;
    return fault.when;
  }
}

function failureBefore(statement: string): Failure {
  return READS.test(statement)
    ? new Failure('store-read-failed', `scripted: ${statement} was not answered`)
    : new Failure('store-unavailable', `scripted: ${statement} was refused`);
}

function failureAfter(statement: string): Failure {
  return READS.test(statement)
    ? new Failure('store-read-failed', `scripted: the answer to ${statement} was lost`)
    : new Failure('store-write-uncertain', `scripted: the answer to ${statement} was lost`);
}
