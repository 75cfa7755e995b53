import { describe } from '@jest/globals';
import type { Victim } from './kill-rounds.js';
import { provesKills } from './proves-kills.js';

const VICTIMS: readonly Victim[] = ['everything', 'worker', 'primary', 'everything', 'worker', 'primary'];

describe('kill -9 of a node on the embedded store, under load', () => {
  provesKills(VICTIMS, { isAllOrNothing: true });
});
