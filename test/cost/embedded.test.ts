// On the embedded store an operation is a transaction, however many rows it writes.
import { embeddedHarness } from '../contract/embedded-harness.js';
import { assertAccountCosts } from './account-costs.js';
import { assertRelayCosts } from './relay-costs.js';
import { assertStatementCosts } from './statement-costs.js';

assertStatementCosts(
  'the embedded store',
  {
    openingPart: 0,
    directory: 0,
    deliver: () => 1,
    readTogether: (messages) => messages,
    claim: 1,
    refresh: 1,
    writeLarge: (chunks) => chunks + 1,
  },
  embeddedHarness,
);

assertAccountCosts('the embedded store', embeddedHarness);
assertRelayCosts('the embedded store', embeddedHarness);
