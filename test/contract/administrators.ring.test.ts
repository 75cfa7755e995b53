// Two administrators at once, over a real ring of one node.
import { oneNodeRing } from '../ring-addresses.js';
import { assertAdministrators } from './administrators.js';
import { ringHarness } from './ring-harness.js';

assertAdministrators('a ring of one node', () =>
  ringHarness({ address: oneNodeRing(), replicationFactor: 1 }),
);
