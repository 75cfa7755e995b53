// Changes that are made to the state that was read, or not at all: where somebody else was faster, look again.
import { Failure } from '../../base/failure.js';

/** Administrators are few; who loses this often meets a machine that changes the same record without end. */
const MOST_TRIES = 5;

/** `attempt` reads, decides and writes; *conflict* when what it had read was no longer so. Fails with *changed-meanwhile*. */
export async function decided<Result>(
  what: string,
  attempt: () => Promise<Result | 'conflict'>,
): Promise<Exclude<Result, 'conflict'>> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const result = await attempt();
    if (result !== 'conflict') return result as Exclude<Result, 'conflict'>; // which is what was just looked at
  }
  throw new Failure('changed-meanwhile', `${what} was changed by somebody else each time it was tried`);
}
