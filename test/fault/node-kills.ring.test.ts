import { describe } from '@jest/globals';
import { oneNodeRingSettings } from '../ring-addresses.js';
import { provesKills } from './proves-kills.js';

describe('kill -9 of a node on a ring, under load', () => {
  provesKills(['everything', 'worker'], { set: oneNodeRingSettings('kills'), isAllOrNothing: false });
});
