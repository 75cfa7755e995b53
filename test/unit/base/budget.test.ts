import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../src/base/budget.js';
import { failureFrom } from '../../failure-from.js';
import { VirtualTime } from '../../virtual-time.js';

describe('a time budget', () => {
  it('runs down with monotonic time, and never below zero', async () => {
    const time = new VirtualTime();
    const budget = Budget.of(time, 100);
    await time.advance(30);
    expect(budget.remainingMs()).toBe(70);
    await time.advance(70);
    expect(budget.remainingMs()).toBe(0);
    expect(budget.isSpent()).toBe(true);
    await time.advance(1000);
    expect(budget.remainingMs()).toBe(0);
  });

  it('does not notice that somebody sets the wall clock', () => {
    const time = new VirtualTime();
    const budget = Budget.of(time, 100);
    time.setWall(0);
    expect(budget.remainingMs()).toBe(100);
  });

  it('gives a step a part of itself, and never more than is left', async () => {
    const time = new VirtualTime();
    const budget = Budget.of(time, 100);
    expect(budget.atMost(40).remainingMs()).toBe(40);
    await time.advance(90);
    expect(budget.atMost(40).remainingMs()).toBe(10);
  });

  it('keeps a step within it when the step is divided again', () => {
    const budget = Budget.of(new VirtualTime(), 100);
    expect(budget.atMost(40).atMost(60).remainingMs()).toBe(40);
  });

  it('refuses to begin anything once it is spent, and says what', async () => {
    const time = new VirtualTime();
    const budget = Budget.of(time, 1);
    expect(() => budget.assertRemains('read an account')).not.toThrow();
    await time.advance(1);
    const failure = failureFrom(() => budget.assertRemains('read an account'));
    expect(failure).toMatchObject({ code: 'deadline-passed', kind: 'temporary' });
    expect(failure.message).toContain('read an account');
  });
});
