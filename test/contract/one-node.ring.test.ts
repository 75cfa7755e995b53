// The storage contract on a real ring of one node.
import { oneNodeRing } from '../ring-addresses.js';
import { ringHarness } from './ring-harness.js';
import { registerContract } from './suite/register.js';

registerContract('a ring of one node', () => ringHarness({ address: oneNodeRing(), replicationFactor: 1 }));
