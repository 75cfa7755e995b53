// Reading what must be somewhere, since it is listed: the replicas that the configured level asks may not have it yet.
// So others are asked too, a quorum first, which works while a node is down, and all of them before anybody says that
// it is missing. Where not all can be asked, that is what the call fails with: nothing is known then.
import type { Levels } from './consistency.js';
import type { ConsistencyLevel } from './ring.js';

export async function readPatiently<T>(
  levels: Pick<Levels, 'retrieve' | 'controlRead'>,
  readAt: (level: ConsistencyLevel) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const level of levelsToTry(levels)) {
    const found = await readAt(level);
    if (found !== undefined) return found;
  }
  return undefined;
}

function levelsToTry({
  retrieve,
  controlRead,
}: Pick<Levels, 'retrieve' | 'controlRead'>): Set<ConsistencyLevel> {
  return retrieve === 'ALL' ? new Set(['ALL']) : new Set([retrieve, controlRead, 'ALL']);
}
