import { describe } from '@jest/globals';
import { ringHarness } from '../contract/ring-harness.js';
import { keyspaceName, oneNodeRing, ringNodeSettings } from '../ring-addresses.js';
import { provesLargeMailbox } from './large-mailboxes.js';

// some twenty partitions; more would take a small ring minutes to fill
describe('a mailbox of 20,000 messages on a ring of one node', () => {
  const address = oneNodeRing();
  const keyspace = keyspaceName('large_mailbox');
  provesLargeMailbox({
    messages: 20_000,
    set: ringNodeSettings(address, keyspace),
    open: async () => {
      const harness = await ringHarness({ address, replicationFactor: 1, keyspace });
      return harness.open({ around: (_statement, send) => send() });
    },
  });
});
