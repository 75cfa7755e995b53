import { describe } from '@jest/globals';
import { nodeOfSuite } from '../../node-of-suite.js';
import { oneNodeRingSettings } from '../../ring-addresses.js';
import { provesBadInput } from './proves-bad-input.js';

describe('bad input to a node, on a ring of one node', () => {
  provesBadInput(nodeOfSuite(oneNodeRingSettings('bad_input')));
});
