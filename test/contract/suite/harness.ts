// What a suite needs of a backend: stores over one space that nobody else uses. Each `open` is a process of its own as
// far as the store is concerned (its own ids, caches, connections), so two stores of one harness are two nodes.
import type { StatementTap } from '../../../src/store/api/statement-tap.js';
import type { Store } from '../../../src/store/api/store.js';

export interface Harness {
  open(tap: StatementTap): Promise<Store>;
  /** Lets this much time pass as the stores see it: by moving their clock, or by waiting. */
  letPass(ms: number): Promise<void>;
  /** After the stores were closed: removes what they kept. */
  dispose(): Promise<void>;
}
