// `cassmail status` and `cassmail config reload`: the running node itself.
import type { Surroundings } from '../../base/surroundings.js';
import type { Verb } from '../../base/verb.js';
import { nodeRoutes, type status } from '../../admin/api/node.js';
import type { ValueOf } from '../../admin/api/shape.js';
import { nodeVerb, show } from './node-verb.js';
import { factLines } from './table.js';

export function statusVerb(surroundings: Surroundings): Verb {
  return nodeVerb(surroundings, {
    path: ['status'],
    summary: 'say how the running node is; exit code 1 unless it takes mail',
    run: async (node, call) => {
      const found = await node.ask(nodeRoutes.status);
      show(call, found, statusLines(found));
      return found.isReady ? 0 : 1;
    },
  });
}

export function reloadVerb(surroundings: Surroundings): Verb {
  return nodeVerb(surroundings, {
    path: ['config', 'reload'],
    summary: 'let the running node read its configuration again, and say what wants a restart',
    run: async (node, call) => {
      const { live, atRestart } = await node.ask(nodeRoutes.reload);
      const lines = [
        ...live.map((key) => `${key}: in effect`),
        ...atRestart.map((key) => `${key}: at the next start`),
      ];
      return show(call, { live, atRestart }, lines.length === 0 ? ['nothing has changed'] : lines);
    },
  });
}

function statusLines(found: ValueOf<typeof status>): Iterable<string> {
  const { workers, domains } = found;
  return factLines([
    ['node', `${found.node}, version ${found.version}, since ${found.startedAt}`],
    ['roles', found.roles.join(', ')],
    ['workers', `${workers.listening} of ${workers.configured} serving`],
    ['store', `${found.store.kind}: ${found.store.promise}`],
    ['domains', domains.length === 0 ? 'none yet' : domains.map(({ name }) => name).join(', ')],
    ['postmaster', found.postmaster ?? 'nobody yet'],
    ['ready', found.isReady ? 'yes' : `no: ${found.notReady.join('; ')}`],
  ]);
}
