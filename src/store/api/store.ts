// Everything a node keeps, in mail words. Two stores implement it, and one contract suite holds both to it.
//
// Outcomes that are part of the work (exists, conflict, taken, lost) are values. What a store cannot do is a Failure
// whose kind says what that means: *temporary* and *overloaded* changed nothing, *uncertain* may have happened. (Where a
// call takes several steps towards removing something, its comment says that a failure may leave it half done.)
import type { AccountStore } from './accounts.js';
import type { BodyStore } from './bodies.js';
import type { ClaimStore } from './claims.js';
import type { DirectoryStore } from './directory.js';
import type { MailboxStore } from './mailboxes.js';
import type { NodeStore } from './nodes.js';
import type { QueueStore } from './queue.js';

export interface Store {
  readonly accounts: AccountStore;
  readonly directory: DirectoryStore;
  readonly mailboxes: MailboxStore;
  readonly bodies: BodyStore;
  readonly claims: ClaimStore;
  readonly queue: QueueStore;
  readonly nodes: NodeStore;

  /** One sentence for the operator: what an acknowledgement of this store survives. */
  readonly promise: string;

  /** Lets what is under way finish, refuses what comes after. */
  close(): Promise<void>;
}
