// Runs the proofs of all lists against one node, each as a test that carries the number of its requirement.
import { describe, it } from '@jest/globals';
import type { MailNode } from '../mail-node.js';
import { requirementLists } from './requirement-lists.js';

const LONG_MS = 60_000;

/** A limit that a proof can reach within milliseconds. */
export const conformanceSettings: readonly string[] = ['limits.messageSize=2MiB'];

export function proveAll(node: () => MailNode): void {
  for (const { rfc, title, requirements } of requirementLists) {
    describe(`RFC ${rfc} (${title})`, () => {
      for (const { section, level, says, prove } of requirements) {
        // the proofs hold the expectations
        // oxlint-disable-next-line jest/expect-expect
        it(`${section} ${level}: ${says}`, () => prove(node()), LONG_MS);
      }
    });
  }
}
