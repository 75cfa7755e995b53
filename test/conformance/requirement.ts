// What an RFC asks of us, as data: where it says so, what it says, and a proof that talks to a running node. The tests
// run the proofs; docs/conformance.md is the same lists as a table.
import type { MailNode } from '../mail-node.js';

/** RFC 2119. */
export type RequirementLevel = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY';

export interface Requirement {
  readonly section: string;
  readonly level: RequirementLevel;
  /** One sentence, about us. */
  readonly says: string;
  /** Throws when it does not hold. */
  readonly prove: (node: MailNode) => Promise<void>;
}

export interface RequirementList {
  readonly rfc: number;
  readonly title: string;
  readonly requirements: readonly Requirement[];
  /** Requirements that this server meets by not having what they are about, or does not meet; each with the reason. */
  readonly notProved: readonly (Omit<Requirement, 'prove'> & { readonly because: string })[];
}
