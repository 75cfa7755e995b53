import { describeRelayKills } from './relay-kills.js';

describeRelayKills('the embedded store');
