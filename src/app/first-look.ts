// What a node that has just begun to serve tells about its users: that there are none yet and what to do, or who is
// postmaster, where nobody said who should be. Not knowing is no reason not to run.
import { Budget } from '../base/budget.js';
import { failureOf } from '../base/failure.js';
import type { Terminal } from '../base/verb.js';
import type { HomeDomain } from '../accounts/home-domain.js';
import type { Config } from '../config/definition.js';
import type { ConfigRequest } from '../config/load-config.js';
import { firstSteps } from './first-steps.js';
import type { NodeParts } from './node-parts.js';
import { nodeWords } from './node-words.js';
import type { FindPostmaster } from './postmaster.js';
import type { ListeningAt } from './worker-messages.js';

export interface FirstLookParts extends Pick<NodeParts, 'store' | 'clock' | 'log'> {
  readonly config: Config;
  readonly request: ConfigRequest;
  readonly terminal: Terminal;
  readonly homeDomain: HomeDomain;
  readonly postmaster: FindPostmaster;
}

/** For a look at the store that nobody waits for. */
const LOOK_MS = 5000;
const EXAMPLE_DOMAIN = 'example.com';

export async function firstLook(listening: readonly ListeningAt[], parts: FirstLookParts): Promise<void> {
  const budget = Budget.of(parts.clock, LOOK_MS);
  try {
    if (await isAnybodyThere(parts, budget)) await sayPostmaster(parts, budget);
    else await sayFirstSteps(listening, parts, budget);
  } catch (error) {
    failureOf(error);
  }
}

async function isAnybodyThere({ store }: FirstLookParts, budget: Budget): Promise<boolean> {
  for await (const accounts of store.accounts.list(budget)) {
    if (accounts.length > 0) return true;
  }
  return false;
}

async function sayPostmaster({ config, log, postmaster }: FirstLookParts, budget: Budget): Promise<void> {
  if (config.mailboxes.postmaster !== undefined) return;
  const user = await postmaster(budget);
  if (user !== undefined) log.write('node.postmaster', { user });
}

async function sayFirstSteps(
  listening: readonly ListeningAt[],
  { config, request, terminal, homeDomain }: FirstLookParts,
  budget: Budget,
): Promise<void> {
  const adminPort = listening.find(({ key }) => key === 'admin.listen')?.port ?? config.admin.listen.port;
  const lines = firstSteps({
    listening,
    domain: (await homeDomain.find(budget)) ?? EXAMPLE_DOMAIN,
    nodeWords: nodeWords(request, config, adminPort),
  });
  for (const line of lines) terminal.print(line);
}
