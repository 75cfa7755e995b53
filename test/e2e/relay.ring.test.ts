import { oneNodeRingSettings } from '../ring-addresses.js';
import { describeRelaying } from './relays.js';

describeRelaying('a ring of one node', oneNodeRingSettings('relaying'));
