import { describe } from '@jest/globals';
import { nodeOfSuite } from '../node-of-suite.js';
import { oneNodeRingSettings } from '../ring-addresses.js';
import { conformanceSettings, proveAll } from './prove-all.js';

describe('on a ring of one node', () => {
  proveAll(nodeOfSuite([...conformanceSettings, ...oneNodeRingSettings('conformance')]));
});
