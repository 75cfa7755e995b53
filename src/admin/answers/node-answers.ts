// Answers about the node itself.
import type { Administration } from '../../accounts/administration/administration.js';
import { Failure } from '../../base/failure.js';
import { answer, type Answer } from '../answer.js';
import { nodeRoutes } from '../api/node.js';
import { openApiDocument } from '../api/openapi.js';
import { frontPage } from '../front-page.js';
import type { NodeView } from '../node-view.js';
import type { Readiness } from '../readiness.js';
import { domainView } from './directory-answers.js';

export interface NodeAnswersParts {
  readonly node: NodeView;
  readonly readiness: Readiness;
  readonly domains: Administration['domains'];
}

export function nodeAnswers({ node, readiness, domains }: NodeAnswersParts): readonly Answer[] {
  const document = openApiDocument(node.version);
  return [
    answer(nodeRoutes.status, async ({ budget }) => {
      const notReady = await readiness.missing();
      return {
        node: node.name,
        version: node.version,
        startedAt: new Date(node.startedAtMs).toISOString(),
        roles: node.roles,
        workers: node.workers(),
        store: node.store,
        domains: (await domains.list(budget)).map(domainView),
        postmaster: (await node.postmaster(budget)) ?? null,
        isReady: notReady.length === 0,
        notReady,
      };
    }),
    answer(nodeRoutes.reload, () => node.reload()),
    answer(nodeRoutes.openApi, () => document),
    answer(nodeRoutes.alive, () => ({ isAlive: true })),
    answer(nodeRoutes.ready, async () => {
      const missing = await readiness.missing();
      if (missing.length > 0) throw new Failure('not-ready', missing.join('; '));
      return { isReady: true };
    }),
    answer(nodeRoutes.metrics, () => node.metricsText()),
    answer(nodeRoutes.front, () => frontPage(node)),
  ];
}
