// The storage contract on the embedded store, as two processes of one node see it.
import { embeddedHarness } from './embedded-harness.js';
import { registerContract } from './suite/register.js';

registerContract('the embedded store', embeddedHarness);
