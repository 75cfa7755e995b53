// The live relay queue over two thousand seeds. A seed that fails says how to see all that happened in it.
import { describe, expect, it } from '@jest/globals';
import { simulate, type SimulationResult } from './simulation.js';

const SEEDS = 2_000;
const SEEDS_PER_TEST = 250;
/** Some seconds on an idle machine; a busy one may take its time. */
const TIMEOUT_MS = 600_000;
const SHOWN_LINES = 60;

describe('the relay queue in simulated time', () => {
  for (let first = 1; first <= SEEDS; first += SEEDS_PER_TEST) {
    const last = first + SEEDS_PER_TEST - 1;
    it(
      `loses nothing that was acknowledged, and sends nothing that is not its own, with the seeds ${first} to ${last}`,
      async () => {
        let [accepted, delivered] = [0, 0];
        for (let seed = first; seed <= last; seed += 1) {
          const result = await simulate({ seed });
          if (result.wrongs.length > 0) throw new Error(await reportOf(result));
          accepted += result.accepted;
          delivered += result.delivered;
        }
        expect(accepted).toBeGreaterThan(SEEDS_PER_TEST * 10); // there was something to lose
        expect(delivered).toBeGreaterThanOrEqual(accepted);
      },
      TIMEOUT_MS,
    );
  }

  it(
    'does the same again with the same seed',
    async () => {
      const [once, again] = [
        await simulate({ seed: 4711, isTold: true }),
        await simulate({ seed: 4711, isTold: true }),
      ];
      expect(once.history.length).toBeGreaterThan(100);
      expect(again).toEqual(once);
    },
    TIMEOUT_MS,
  );
});

async function reportOf({ seed, wrongs }: SimulationResult): Promise<string> {
  const { history } = await simulate({ seed, isTold: true });
  return [
    `seed ${seed}: ${wrongs.join('; ')}`,
    `All of its history: npm run test:simulation -- 1 ${seed}`,
    'The end of it:',
    ...history.slice(-SHOWN_LINES),
  ].join('\n');
}
