import { describe } from '@jest/globals';
import { nodeOfSuite } from '../node-of-suite.js';
import { oneNodeRingSettings } from '../ring-addresses.js';
import { MIB, provesRoundTrips } from './round-trips.js';

describe('a message on a ring of one node', () => {
  // many chunks; 50 MiB take a small ring most of a minute
  provesRoundTrips(nodeOfSuite(oneNodeRingSettings('round_trips')), { largestBytes: 4 * MIB });
});
