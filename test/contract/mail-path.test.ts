// Intake and the mailbox door over the embedded store.
import { embeddedHarness } from './embedded-harness.js';
import { assertMailPath } from './mail-path.js';

assertMailPath('the embedded store', embeddedHarness);
