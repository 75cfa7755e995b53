// Would the simulation notice? Each rule that it is there for is taken out in turn, and some seed has to find it.
import { describe, expect, it } from '@jest/globals';
import { sabotages } from './sabotage.js';
import { simulate } from './simulation.js';

const SEEDS = 2_000;
const TIMEOUT_MS = 600_000;

describe('the simulation', () => {
  for (const { rule, wrap } of sabotages) {
    it(
      `notices when it is not so that ${rule}`,
      async () => {
        const wrongs: string[] = [];
        for (let seed = 1; seed <= SEEDS && wrongs.length === 0; seed += 1) {
          wrongs.push(...(await simulate({ seed, wrap })).wrongs);
        }
        expect(wrongs).not.toEqual([]);
      },
      TIMEOUT_MS,
    );
  }
});
