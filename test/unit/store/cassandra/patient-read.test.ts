import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../src/base/failure.js';
import { readPatiently } from '../../../../src/store/cassandra/patient-read.js';
import type { ConsistencyLevel } from '../../../../src/store/cassandra/ring.js';
import { failureOfPromise } from '../../../failure-from.js';

const levels = (retrieve: ConsistencyLevel, controlRead: 'QUORUM' | 'ALL' = 'QUORUM') => ({
  retrieve,
  controlRead,
});

/** Asks at the levels in turn; the last of these answers is repeated. */
async function asked(
  from: ReturnType<typeof levels>,
  answers: readonly (string | undefined)[],
): Promise<readonly (string | undefined)[]> {
  const tried: (string | undefined)[] = [];
  const found = await readPatiently(from, async (level) => {
    tried.push(level);
    return answers[tried.length - 1];
  });
  return [...tried, found];
}

describe('reading what is listed', () => {
  it('is done once when the first replicas have it', async () => {
    expect(await asked(levels('ONE'), ['body'])).toEqual(['ONE', 'body']);
  });

  it('asks a quorum before it asks all, so that one ring node that is down hides nothing', async () => {
    expect(await asked(levels('ONE'), [undefined, 'body'])).toEqual(['ONE', 'QUORUM', 'body']);
  });

  it('asks all before it says that it is missing', async () => {
    expect(await asked(levels('LOCAL_ONE'), [])).toEqual(['LOCAL_ONE', 'QUORUM', 'ALL', undefined]);
  });

  it('asks at no level twice, and at none after all were asked', async () => {
    expect(await asked(levels('QUORUM'), [])).toEqual(['QUORUM', 'ALL', undefined]);
    expect(await asked(levels('ALL'), [])).toEqual(['ALL', undefined]);
    expect(await asked(levels('ONE', 'ALL'), [])).toEqual(['ONE', 'ALL', undefined]);
  });

  it('is unavailable, and not missing, when not all can be asked', async () => {
    const unavailable = new Failure('store-unavailable', 'one replica is down');
    const reading = readPatiently(levels('ONE'), async (level) => {
      if (level === 'ALL') throw unavailable;
      return undefined;
    });
    expect(await failureOfPromise(reading)).toBe(unavailable);
  });
});
