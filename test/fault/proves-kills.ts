// Rounds of kill -9 as tests of a suite, one for each victim, all on the same data.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TemporaryFolder } from '../temporary-folder.js';
import { beginKillRounds, type KillRounds, type KillRoundsOptions, type Victim } from './kill-rounds.js';

const LONG_MS = 90_000;

export function provesKills(
  victims: readonly Victim[],
  options: Omit<KillRoundsOptions, 'data' | 'seed'>,
): void {
  const folder = new TemporaryFolder();
  let rounds: KillRounds | undefined;
  beforeAll(async () => {
    const data = join(folder.path, 'data');
    rounds = await beginKillRounds({ ...options, data, seed: Date.now() % 1_000_000 });
  }, LONG_MS);
  afterAll(async () => {
    await rounds?.end();
    folder.remove();
  }, LONG_MS);

  it.each(victims)(
    'loses, doubles and spoils nothing that was acknowledged: %s',
    async (victim) => {
      expect(await rounds?.round(victim)).toEqual([]);
    },
    LONG_MS,
  );
}
