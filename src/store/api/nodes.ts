// Which nodes there are, so that any of them can answer for all. A record is a heartbeat: how old one may be before
// its node counts as gone is the reader's decision; records long dead disappear by themselves.
import type { Budget } from '../../base/budget.js';
import type { NodeRecord } from '../types.js';

/** A record that was not announced again for this long is gone. */
export const NODE_RECORD_LASTS_MS = 24 * 60 * 60 * 1000;

export interface NodeStore {
  announce(node: NodeRecord, budget: Budget): Promise<void>;
  withdraw(name: string, budget: Budget): Promise<void>;
  list(budget: Budget): Promise<readonly NodeRecord[]>;
}
