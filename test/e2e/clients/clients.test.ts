import { describe } from '@jest/globals';
import { nodeOfSuite } from '../../node-of-suite.js';
import { clientSettings, provesClients } from './proves-clients.js';

describe('real clients on the embedded store', () => {
  provesClients(nodeOfSuite(clientSettings));
});
