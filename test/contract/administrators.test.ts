// Two administrators at once, over the embedded store.
import { assertAdministrators } from './administrators.js';
import { embeddedHarness } from './embedded-harness.js';

assertAdministrators('the embedded store', embeddedHarness);
