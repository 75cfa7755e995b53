import { join } from 'node:path';
import { describe } from '@jest/globals';
import { openTestStore } from '../fault/embedded-test-store.js';
import { provesLargeMailbox } from './large-mailboxes.js';

describe('a mailbox of 100,000 messages on the embedded store', () => {
  provesLargeMailbox({
    messages: 100_000,
    open: (data) => openTestStore({ folder: join(data, 'store'), role: 'worker' }),
  });
});
