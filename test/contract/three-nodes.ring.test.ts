// The storage contract on a real ring of three nodes with three replicas of everything.
import { threeNodeRing } from '../ring-addresses.js';
import { ringHarness } from './ring-harness.js';
import { registerContract } from './suite/register.js';

registerContract('a ring of three nodes at RF 3', () =>
  ringHarness({ address: threeNodeRing(), replicationFactor: 3 }),
);
