import { beforeEach, describe, expect, it } from '@jest/globals';
import { Budget } from '../../../src/base/budget.js';
import { Gate } from '../../../src/base/gate.js';
import { failureOfPromise } from '../../failure-from.js';
import { settled, VirtualTime } from '../../virtual-time.js';

describe('a gate', () => {
  let time: VirtualTime;
  let gate: Gate;
  let started: string[];
  const ends = new Map<string, () => void>();

  beforeEach(() => {
    time = new VirtualTime();
    gate = new Gate({ name: 'store', width: 2, waiting: 2 }, time);
    started = [];
    ends.clear();
  });

  /** Asks for a turn; the task lasts until `end(name)`. */
  function enter(name: string, budgetMs = 1000): Promise<string> {
    return gate.run(Budget.of(time, budgetMs), () => {
      started.push(name);
      return new Promise((resolve) => ends.set(name, () => resolve(name)));
    });
  }

  async function end(name: string): Promise<void> {
    ends.get(name)?.();
    await settled();
  }

  it('lets as many tasks run at once as it is wide', async () => {
    const tasks = [enter('a'), enter('b'), enter('c')];
    await settled();
    expect(started).toEqual(['a', 'b']);
    expect(gate).toMatchObject({ running: 2, waiting: 1 });
    await end('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await end('a');
    await end('c');
    expect(await Promise.all(tasks)).toEqual(['a', 'b', 'c']);
    expect(gate).toMatchObject({ running: 0, waiting: 0 });
  });

  it('serves who waits in order of arrival, and lets nobody overtake', async () => {
    void enter('a');
    void enter('b');
    void enter('c');
    void enter('d');
    await settled();
    ends.get('a')?.(); // before the place is handed on, one more comes
    const late = enter('e');
    late.catch(() => undefined);
    await settled();
    await end('b');
    await end('c');
    expect(started.slice(0, 4)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('refuses at once, as overloaded, when the waiting room is full', async () => {
    for (const name of ['a', 'b', 'c', 'd']) void enter(name);
    const failure = await failureOfPromise(enter('e'));
    expect(failure).toMatchObject({ code: 'too-busy', kind: 'overloaded' });
    expect(failure.message).toContain('store');
    expect(started).not.toContain('e');
    expect(gate).toMatchObject({ running: 2, waiting: 2 });
  });

  it('turns away who has waited out its budget, before the task began', async () => {
    void enter('a');
    void enter('b');
    const impatient = failureOfPromise(enter('c', 50));
    const patient = enter('d', 500);
    await time.advance(50);
    expect(await impatient).toMatchObject({ code: 'deadline-passed', kind: 'temporary' });
    await end('a');
    expect(started).toEqual(['a', 'b', 'd']);
    await end('d');
    expect(await patient).toBe('d');
  });

  it('begins no task whose budget is spent already', async () => {
    const budget = Budget.of(time, 10);
    await time.advance(10);
    const failure = await failureOfPromise(gate.run(budget, () => Promise.resolve(started.push('a'))));
    expect(failure.code).toBe('deadline-passed');
    expect(started).toEqual([]);
    expect(gate.running).toBe(0);
  });

  it('begins no task whose turn came when its budget was spent, and passes the turn on', async () => {
    void enter('a');
    void enter('b');
    const late = new VirtualTime(); // the timer that should have turned it away is late itself: a busy process
    const missed = failureOfPromise(gate.run(Budget.of(late, 10), () => Promise.resolve(started.push('c'))));
    void enter('d');
    await late.advance(10);
    await end('a');
    expect(await missed).toMatchObject({ code: 'deadline-passed' });
    expect(started).toEqual(['a', 'b', 'd']);
  });

  it('frees the place of a task that failed, and passes its error on', async () => {
    const bug = new Error('broken');
    await expect(gate.run(Budget.of(time, 10), () => Promise.reject(bug))).rejects.toBe(bug);
    expect(gate.running).toBe(0);
  });

  it('frees the place of a task that threw before it returned a promise', async () => {
    const bug = new Error('broken');
    const task = (): Promise<void> => {
      throw bug;
    };
    await expect(gate.run(Budget.of(time, 10), task)).rejects.toBe(bug);
    expect(gate.running).toBe(0);
  });

  it('leaves no timer behind', async () => {
    for (const name of ['a', 'b', 'c']) void enter(name);
    await settled();
    for (const name of ['a', 'b', 'c']) await end(name);
    expect(time.pending).toBe(0);
  });
});
