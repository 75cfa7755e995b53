// Answers about aliases and domains.
import type { Administration } from '../../accounts/administration/administration.js';
import type { LocalDomain } from '../../accounts/administration/local-domains.js';
import type { AliasView } from '../../accounts/administration/aliases.js';
import { addressOfLogin } from '../../mail/address.js';
import { parseDomain } from '../../mail/domain-name.js';
import { answer, type Answer } from '../answer.js';
import { aliasRoutes, domainRoutes, type alias, type domain } from '../api/directory.js';
import type { ValueOf } from '../api/shape.js';

export function aliasAnswers({ aliases, ...administration }: Administration): readonly Answer[] {
  const loginOf: Administration['loginOf'] = (typed, budget) => administration.loginOf(typed, budget);
  return [
    answer(aliasRoutes.list, async ({ budget }) => ({
      aliases: (await aliases.list(budget)).map(aliasView),
    })),
    answer(aliasRoutes.add, async ({ body, budget }) => {
      const { address, targets, replace = false } = body;
      const added = await aliases.add({ address: await loginOf(address, budget), targets, replace }, budget);
      return aliasView(added);
    }),
    answer(aliasRoutes.show, async ({ params, budget }) =>
      aliasView(await aliases.show(await loginOf(params.address, budget), budget)),
    ),
    answer(aliasRoutes.remove, async ({ params, budget }) => {
      const address = await loginOf(params.address, budget);
      await aliases.remove(address, budget);
      return { address: addressOfLogin(address) };
    }),
  ];
}

export function domainAnswers({ domains }: Administration): readonly Answer[] {
  return [
    answer(domainRoutes.list, async ({ budget }) => ({
      domains: (await domains.list(budget)).map(domainView),
    })),
    answer(domainRoutes.add, async ({ body, budget }) => {
      const { name, catchAll, replace = false } = body;
      return domainView(await domains.add({ name: parseDomain(name), catchAll, replace }, budget));
    }),
    answer(domainRoutes.remove, async ({ params, query, budget }) => {
      const name = parseDomain(params.domain);
      await domains.remove(name, { force: query.force ?? false }, budget);
      return { name };
    }),
  ];
}

function aliasView({ address, targets }: AliasView): ValueOf<typeof alias> {
  return { address: addressOfLogin(address), targets };
}

export function domainView({ name, origin, catchAll }: LocalDomain): ValueOf<typeof domain> {
  return { name, origin, catchAll: catchAll ?? null };
}
