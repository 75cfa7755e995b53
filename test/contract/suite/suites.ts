// The whole contract, by the interface it is about.
import { accountCases } from './accounts.js';
import { bodyCases } from './bodies.js';
import type { Case } from './case.js';
import { claimCases } from './claims.js';
import { controlFaultCases } from './control-faults.js';
import { deadlineCases } from './deadlines.js';
import { directoryCases } from './directory.js';
import { leaseCases } from './leases.js';
import { mailFaultCases } from './mail-faults.js';
import { mailboxCases, removalCases } from './mailboxes.js';
import { nodeCases } from './nodes.js';
import { queueCases, successionCases } from './queue.js';

export const suites = {
  accounts: accountCases,
  'domains and aliases': directoryCases,
  mailboxes: mailboxCases,
  'removal of messages': removalCases,
  'large bodies': bodyCases,
  claims: claimCases,
  leases: leaseCases,
  'the relay queue': queueCases,
  'succession in the relay queue': successionCases,
  nodes: nodeCases,
  deadlines: deadlineCases,
  'faults in mail': mailFaultCases,
  'faults in control': controlFaultCases,
} as const satisfies Record<string, readonly Case[]>;

export type SuiteName = keyof typeof suites;
