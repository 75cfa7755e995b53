import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../src/base/budget.js';
import { Turns } from '../../../src/base/turns.js';
import { outcomeOf } from '../../contract/suite/reading.js';
import { settled, VirtualTime } from '../../virtual-time.js';

const time = new VirtualTime();

function budget(ms = 1_000): Budget {
  return Budget.of(time, ms);
}

describe('turns', () => {
  it('let one work at a time under a key, in the order of asking for two', async () => {
    const turns = new Turns<string>(time);
    const log: string[] = [];
    const task = (name: string) => async (): Promise<void> => {
      log.push(`${name} begins`);
      await time.sleep(10);
      log.push(`${name} ends`);
    };
    const both = Promise.all(['a', 'b'].map((name) => turns.run('key', budget(), task(name))));
    await time.advance(30);
    await both;
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('never let more than one of many work at once, and let all of them through', async () => {
    const turns = new Turns<string>(time);
    let working = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      most = Math.max(most, (working += 1));
      await time.sleep(10);
      working -= 1;
    };
    const all = Promise.all(Array.from({ length: 9 }, () => turns.run('key', budget(), task)));
    await time.advance(100);
    await all;
    expect(most).toBe(1);
  });

  it('do not hold up work under another key', async () => {
    const turns = new Turns<string>(time);
    const stuck = turns.run('a', budget(), () => time.sleep(100));
    expect(await turns.run('b', budget(), async () => 'done')).toBe('done');
    await time.advance(100);
    await stuck;
  });

  it('go on to the next when one fails', async () => {
    const turns = new Turns<string>(time);
    const failing = outcomeOf(
      turns.run('key', budget(0), () => time.sleep(5).then(() => budget(0).assertRemains('x'))),
    );
    const next = turns.run('key', budget(), async () => 'next');
    await time.advance(5);
    expect(await failing).toMatchObject({ kind: 'refused' });
    expect(await next).toBe('next');
  });

  it('are given up by whoever has no time left to wait, before he began', async () => {
    const turns = new Turns<string>(time);
    const first = turns.run('key', budget(), () => time.sleep(100));
    let hasBegun = false;
    const second = outcomeOf(turns.run('key', budget(20), async () => (hasBegun = true)));
    await settled();
    await time.advance(100);
    await first;
    expect(await second).toMatchObject({ kind: 'refused', failure: { code: 'deadline-passed' } });
    expect(hasBegun).toBe(false);
    expect(time.pending).toBe(0);
  });
});
