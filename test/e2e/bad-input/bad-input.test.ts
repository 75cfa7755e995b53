import { describe } from '@jest/globals';
import { nodeOfSuite } from '../../node-of-suite.js';
import { provesBadInput } from './proves-bad-input.js';

describe('bad input to a node, on the embedded store', () => {
  provesBadInput(nodeOfSuite());
});
