// Intake and the mailbox door over a real ring of one node.
import { oneNodeRing } from '../ring-addresses.js';
import { assertMailPath } from './mail-path.js';
import { ringHarness } from './ring-harness.js';

assertMailPath('a ring of one node', () => ringHarness({ address: oneNodeRing(), replicationFactor: 1 }));
