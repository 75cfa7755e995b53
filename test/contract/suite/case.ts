// A case is one sentence of the contract with the steps that show it. Cases are data, so that the suite can be run on
// any backend by Jest and, one by one, on stores that are broken on purpose.
import type { Ground } from './ground.js';

export interface Case {
  /** A sentence about behaviour. */
  readonly title: string;
  /** It waits for real time to pass: begun before all others and run beside them, untapped. */
  readonly isLong?: true;
  readonly run: (ground: Ground) => Promise<void>;
}
