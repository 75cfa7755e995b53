// The whole contract, by the interface it is about.
import { accountFaultCases } from './account-faults.js';
import { accountCases } from './accounts.js';
import { bodyCases } from './bodies.js';
import type { Case } from './case.js';
import { closingCases } from './closing.js';
import { claimCases } from './claims.js';
import { deadlineCases } from './deadlines.js';
import { directoryCases } from './directory.js';
import { leaseCases } from './leases.js';
import { mailFaultCases } from './mail-faults.js';
import { mailboxCases } from './mailboxes.js';
import { nodeCases } from './nodes.js';
import { queueFaultCases } from './queue-faults.js';
import { queueCases } from './queue.js';
import { randomFaultCases } from './random-faults.js';
import { removalCases } from './removal.js';
import { successionCases } from './succession.js';

export const suites = {
  accounts: accountCases,
  'domains and aliases': directoryCases,
  mailboxes: mailboxCases,
  'removal of messages': removalCases,
  'large bodies': bodyCases,
  leases: leaseCases,
  'the relay queue': queueCases,
  'succession in the relay queue': successionCases,
  nodes: nodeCases,
  closing: closingCases,
  deadlines: deadlineCases,
  'faults in mail': mailFaultCases,
  'faults by chance': randomFaultCases,
  'faults in accounts': accountFaultCases,
  'faults in the relay queue': queueFaultCases,
  claims: claimCases, // last, since one of them waits on a ring for a minute to pass, beside all others
} as const satisfies Record<string, readonly Case[]>;

export type SuiteName = keyof typeof suites;
