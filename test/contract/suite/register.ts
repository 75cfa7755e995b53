// Hands the contract to Jest, for one backend.
import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals';
import type { Case } from './case.js';
import { Ground } from './ground.js';
import type { Harness } from './harness.js';
import { suites } from './suites.js';

const OPENING_MS = 120_000;
const CASE_MS = 90_000;

const namedSuites = Object.entries<readonly Case[]>(suites);
const longCases = namedSuites.flatMap(([, cases]) => cases.filter(({ isLong }) => isLong));

/** One space for all suites, since making one takes a ring some seconds: the cases keep apart by their names. */
export function registerContract(backend: string, openHarness: () => Promise<Harness>): void {
  describe(`the storage contract on ${backend}`, () => {
    let ground: Ground | undefined;
    const begun = new Map<Case, Promise<void>>();

    beforeAll(async () => {
      ground = await Ground.on(await openHarness());
      for (const long of longCases) begun.set(long, begin(long, ground));
    }, OPENING_MS);

    afterEach(() => ground?.tap.reset());

    afterAll(() => ground?.close(), OPENING_MS);

    describe.each(namedSuites)('%s', (_suite, cases) => {
      it.each(cases)(
        '$title',
        async (each) => {
          if (ground === undefined) throw new Error('the backend was not opened');
          await (begun.get(each) ?? each.run(ground));
        },
        CASE_MS,
      );
    });
  });
}

function begin(long: Case, ground: Ground): Promise<void> {
  const running = long.run(ground);
  running.catch(() => undefined); // heard when its turn to be reported comes
  return running;
}
