import { oneNodeRingSettings } from '../ring-addresses.js';
import { describeRelayKills } from './relay-kills.js';

/** One keyspace for all nodes of the suite: each call names a new one. */
const settings = oneNodeRingSettings('relay_kills');

describeRelayKills('a ring of one node', () => settings);
