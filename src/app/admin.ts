// The HTTP interface of the node, in its primary process.
import { Metrics } from '../base/metrics.js';
import { programVersion } from '../base/version.js';
import type { HomeDomain } from '../accounts/home-domain.js';
import { administrationOf, type Administration } from '../accounts/administration/administration.js';
import { Passwords } from '../accounts/passwords.js';
import { openAdminServer } from '../admin/admin-server.js';
import type { NodeView } from '../admin/node-view.js';
import { tokenFileIn } from '../admin/api/token-file.js';
import { keptToken } from '../admin/token.js';
import type { Config } from '../config/definition.js';
import type { Endings } from './endings.js';
import type { NodeParts } from './node-parts.js';
import type { FindPostmaster } from './postmaster.js';
import type { LiveConfig } from './reload.js';
import { HTTP_END_MS } from './stop-times.js';
import type { ListeningAt } from './worker-messages.js';
import type { WorkerPool } from './worker-pool.js';

export interface AdminParts extends NodeParts {
  readonly nodeName: string;
  readonly live: LiveConfig;
  readonly pool: WorkerPool;
  readonly homeDomain: HomeDomain;
  readonly postmaster: FindPostmaster;
  readonly isStopping: () => boolean;
}

/** Where it listens: nowhere, where admin is not among the roles. Fails with *listen-failed* or *token-unusable*. */
export async function beginAdmin(parts: AdminParts, endings: Endings): Promise<readonly ListeningAt[]> {
  const config = parts.live.current;
  if (!config.roles.includes('admin')) return [];
  const administration = administrationIn(parts);
  const server = await openAdminServer({
    ...parts,
    listen: config.admin.listen,
    token: keptToken(tokenFileIn(config.data), parts.random),
    node: nodeView(config, parts),
    administration,
  });
  endings.add('the HTTP interface', () => server.close(), HTTP_END_MS);
  administration.removals.resume();
  administration.mailboxRemovals.settle();
  return [{ key: 'admin.listen', ...server.address }];
}

function administrationIn({ live, ...parts }: AdminParts): Administration {
  const passwords = new Passwords(parts);
  return administrationOf({
    ...parts,
    ...parts.store,
    hashPassword: (password, budget) => passwords.hash(password, budget),
    settings: () => ({
      domains: live.current.domains,
      isLocalPartFolded: live.current.mailboxes.foldLocalPart,
    }),
  });
}

function nodeView(config: Config, parts: AdminParts): NodeView {
  const { store, pool, live, metrics, clock, nodeName, postmaster, isStopping } = parts;
  return {
    name: nodeName,
    version: programVersion(),
    startedAtMs: clock.wallMs(),
    roles: config.roles,
    store: { kind: config.store.kind, promise: store.promise },
    workers: () => ({ configured: pool.count, listening: pool.upCount }),
    isStopping,
    postmaster,
    askStore: async (budget) => void (await store.nodes.list(budget)),
    metricsText: async () => Metrics.expositionOf([await metrics.snapshot(), ...(await pool.metrics())]),
    reload: () => live.reload(),
  };
}
