import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryTallies } from '../../../src/accounts/memory-tallies.js';
import { RemoteTallies } from '../../../src/accounts/remote-tallies.js';
import { answerTally, type TallyRequest } from '../../../src/accounts/tally-messages.js';
import { settled, VirtualTime } from '../../virtual-time.js';

const WINDOW_MS = 600_000;

describe("the primary's tallies, in a worker", () => {
  let time: VirtualTime;
  let primary: MemoryTallies;
  let worker: RemoteTallies;
  let sent: TallyRequest[];
  let isAnswering: boolean;

  beforeEach(() => {
    time = new VirtualTime();
    primary = new MemoryTallies({ clock: time });
    sent = [];
    isAnswering = true;
    worker = new RemoteTallies(
      (request) => {
        sent.push(request);
        if (isAnswering) void answerTally(primary, request).then((reply) => worker.hear(reply));
      },
      { clock: time, timers: time },
    );
  });

  it('are the same for all workers', async () => {
    await primary.add('a', 2, WINDOW_MS);
    expect(await worker.add('a', 1, WINDOW_MS)).toBe(3);
    expect(await primary.add('a', 0, WINDOW_MS)).toBe(3);
    await worker.forget('a');
    expect(await worker.add('a', 0, WINDOW_MS)).toBe(0);
    expect(time.pending).toBe(0);
  });

  it('get each answer to its own question, in whatever order answers come', async () => {
    isAnswering = false;
    const [first, second] = [worker.add('a', 1, WINDOW_MS), worker.add('b', 1, WINDOW_MS)];
    const [a, b] = sent;
    worker.hear({ id: b?.id ?? 0, sum: 22 });
    worker.hear({ id: a?.id ?? 0, sum: 11 });
    expect(await Promise.all([first, second])).toEqual([11, 22]);
  });

  it('are counted by the worker itself when the primary has not answered for a second', async () => {
    isAnswering = false;
    const waiting = worker.add('a', 1, WINDOW_MS);
    await time.advance(999);
    let isDone = false;
    void waiting.then(() => (isDone = true));
    await settled();
    expect(isDone).toBe(false);
    await time.advance(1);
    expect(await waiting).toBe(1);
    expect(await worker.add('a', 1, WINDOW_MS)).toBe(2); // at once, and without asking
    expect(sent).toHaveLength(1);
  });

  it('are asked for again some seconds later; an answer that comes late is dropped', async () => {
    isAnswering = false;
    const waiting = worker.add('a', 1, WINDOW_MS);
    await time.advance(1000);
    await waiting;
    worker.hear({ id: sent[0]?.id ?? 0, sum: 99 });
    isAnswering = true;
    await time.advance(5000);
    expect(await worker.add('a', 1, WINDOW_MS)).toBe(1);
    expect(sent).toHaveLength(2);
  });

  it('are not asked for more often than answers can be waited for', async () => {
    isAnswering = false;
    const asked = Array.from({ length: 3000 }, () => worker.add('a', 1, WINDOW_MS));
    expect(sent).toHaveLength(2000);
    await time.advance(1000);
    expect(Math.max(...(await Promise.all(asked)))).toBe(3000);
  });
});
