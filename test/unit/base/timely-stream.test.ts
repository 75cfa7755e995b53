import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../src/base/budget.js';
import { timelyStream } from '../../../src/base/timely-stream.js';
import { failureOfPromise } from '../../failure-from.js';
import { VirtualTime } from '../../virtual-time.js';

async function* stallingAfter(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
  await new Promise(() => undefined);
}

async function* breakingAfter(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
  throw new Error('reset');
}

async function gathered(stream: AsyncIterable<string>): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

describe('timelyStream', () => {
  it('passes on what comes in time, and leaves no timer behind', async () => {
    const time = new VirtualTime();
    const source = (async function* () {
      yield* ['a', 'b'];
    })();
    expect(await gathered(timelyStream(source, Budget.of(time, 1000), time))).toEqual(['a', 'b']);
    expect(time.pending).toBe(0);
  });

  it('stops waiting for a stalled stream at the deadline', async () => {
    const time = new VirtualTime();
    const failure = failureOfPromise(gathered(timelyStream(stallingAfter('a'), Budget.of(time, 1000), time)));
    await time.advance(1000);
    expect((await failure).code).toBe('deadline-passed');
  });

  it('does not wait at all when the deadline passed between two pieces', async () => {
    const time = new VirtualTime();
    const stream = timelyStream(stallingAfter('a'), Budget.of(time, 1000), time);
    expect(await stream.next()).toEqual({ done: false, value: 'a' });
    await time.advance(1000);
    expect((await failureOfPromise(stream.next())).code).toBe('deadline-passed');
  });

  it('tells an error of the stream from all others, and keeps it as the cause', async () => {
    const time = new VirtualTime();
    const stream = timelyStream(breakingAfter('a'), Budget.of(time, 1000), time);
    const failure = await failureOfPromise(gathered(stream));
    expect(failure.code).toBe('body-interrupted');
    expect(failure.cause).toMatchObject({ message: 'reset' });
  });
});
