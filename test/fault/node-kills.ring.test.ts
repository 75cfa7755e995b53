import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TemporaryFolder } from '../temporary-folder.js';
import { oneNodeRingSettings } from '../ring-addresses.js';
import { beginKillRounds, type KillRounds, type Victim } from './kill-rounds.js';

const VICTIMS: readonly Victim[] = ['everything', 'worker'];

describe('kill -9 of a node on a ring, under load', () => {
  const folder = new TemporaryFolder();
  let rounds: KillRounds | undefined;
  beforeAll(async () => {
    rounds = await beginKillRounds({
      data: join(folder.path, 'data'),
      seed: Date.now() % 1_000_000,
      set: oneNodeRingSettings('kills'),
      isAllOrNothing: false,
    });
  }, 90_000);
  afterAll(async () => {
    await rounds?.end();
    folder.remove();
  }, 30_000);

  it.each(VICTIMS)(
    'loses, doubles and spoils nothing that was acknowledged: %s',
    async (victim) => {
      expect(await rounds?.round(victim)).toEqual([]);
    },
    90_000,
  );
});
