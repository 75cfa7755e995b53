// Hands the contract to Jest, for one backend.
import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals';
import type { Case } from './case.js';
import { Ground } from './ground.js';
import type { Harness } from './harness.js';
import { suites } from './suites.js';

const OPENING_MS = 120_000;
const CASE_MS = 90_000;

/** One space for all suites, since making one takes a ring some seconds: the cases keep apart by their names. */
export function registerContract(backend: string, openHarness: () => Promise<Harness>): void {
  describe(`the storage contract on ${backend}`, () => {
    let ground: Ground | undefined;

    beforeAll(async () => {
      ground = await Ground.on(await openHarness());
    }, OPENING_MS);

    afterEach(() => ground?.tap.reset());

    afterAll(() => ground?.close(), OPENING_MS);

    describe.each(Object.entries<readonly Case[]>(suites))('%s', (_suite, cases) => {
      it.each(cases)(
        '$title',
        async ({ run }) => {
          if (ground === undefined) throw new Error('the backend was not opened');
          await run(ground);
        },
        CASE_MS,
      );
    });
  });
}
