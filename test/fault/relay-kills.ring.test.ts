import { oneNodeRingSettings } from '../ring-addresses.js';
import { describeRelayKills } from './relay-kills.js';

describeRelayKills('a ring of one node', () => oneNodeRingSettings('relay_kills'));
