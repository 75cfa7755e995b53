// The contract has teeth on a ring too: a Cassandra store whose statements are tampered with fails the suite it offends.
import { describe, expect, it } from '@jest/globals';
import { keyspaceName, oneNodeRing } from '../ring-addresses.js';
import { firstFailure } from './first-failure.js';
import { ringHarness } from './ring-harness.js';
import { forwarded, ringSabotages } from './ring-sabotage.js';
import type { Harness } from './suite/harness.js';

/** For all of them: what the cases use has a fresh name anyway. */
const keyspace = keyspaceName('sabotage');

describe('a store on a ring that', () => {
  it('is wrapped in the same way and not tampered with fails nothing', async () => {
    for (const suite of [
      'succession in the relay queue',
      'leases',
      'deadlines',
      'removal of messages',
    ] as const) {
      expect(await firstFailure(await harnessOn(forwarded), suite)).toBeUndefined();
    }
  }, 60_000);

  for (const { title, noticedBy, wrap } of ringSabotages) {
    it(`${title} fails the cases on ${noticedBy}`, async () => {
      expect(await firstFailure(await harnessOn(wrap), noticedBy)).toBeDefined();
    }, 60_000);
  }
});

function harnessOn(wrap: (typeof ringSabotages)[number]['wrap']): Promise<Harness> {
  return ringHarness({ address: oneNodeRing(), replicationFactor: 1, keyspace, wrap });
}
