import { describe } from '@jest/globals';
import { nodeOfSuite } from '../node-of-suite.js';
import { conformanceSettings, proveAll } from './prove-all.js';

describe('on the embedded store', () => {
  proveAll(nodeOfSuite(conformanceSettings));
});
