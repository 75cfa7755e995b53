// Runs the cases of a suite on a ground until one fails: on a store that is broken on purpose one is enough.
import { Ground } from './suite/ground.js';
import type { Harness } from './suite/harness.js';
import { suites, type SuiteName } from './suite/suites.js';

/** The title of the case, or nothing when all of them pass. */
export async function firstFailure(harness: Harness, suite: SuiteName): Promise<string | undefined> {
  const ground = await Ground.on(harness);
  try {
    for (const { title, run } of suites[suite]) {
      try {
        await run(ground);
      } catch {
        return title; // whatever it is that it stumbled over
      } finally {
        ground.tap.reset();
      }
    }
    return undefined;
  } finally {
    await ground.close();
  }
}
