import { describe } from '@jest/globals';
import { nodeOfSuite } from '../../node-of-suite.js';
import { oneNodeRingSettings } from '../../ring-addresses.js';
import { clientSettings, provesClients } from './proves-clients.js';

describe('real clients on a ring of one node', () => {
  provesClients(nodeOfSuite([...clientSettings, ...oneNodeRingSettings('clients')]));
});
