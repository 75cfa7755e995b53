// Answers about users.
import type { Administration } from '../../accounts/administration/administration.js';
import type { User } from '../../accounts/administration/user.js';
import type { Quota } from '../../accounts/administration/users.js';
import type { Removal } from '../../accounts/administration/user-removal.js';
import { addressOfLogin } from '../../mail/address.js';
import { parseDomain } from '../../mail/domain-name.js';
import { answer, type Answer } from '../answer.js';
import { userRoutes, type removal, type user } from '../api/accounts.js';
import type { ValueOf } from '../api/shape.js';

const USUAL_LIMIT = 10_000;

export function userAnswers(administration: Administration): readonly Answer[] {
  const { users, removals, mailboxes, aliases } = administration;
  const loginOf: Administration['loginOf'] = (typed, budget) => administration.loginOf(typed, budget);
  return [
    answer(userRoutes.list, async ({ query, budget }) => {
      const domain = query.domain === undefined ? undefined : parseDomain(query.domain);
      const found = await users.list({ domain, limit: query.limit ?? USUAL_LIMIT }, budget);
      return { users: found.users.map(userView), isComplete: found.isComplete };
    }),
    answer(userRoutes.add, async ({ body, budget }) => {
      const { address, password, quotaBytes = null, quotaMessages = null } = body;
      const quota = quotaOf({ quotaBytes, quotaMessages });
      const added = await users.add({ address: await loginOf(address, budget), password, quota }, budget);
      return {
        user: userView(added.user),
        password: added.generatedPassword ?? null,
        addedDomain: added.addedDomain ?? null,
      };
    }),
    answer(userRoutes.show, async ({ params, budget }) => {
      const login = await loginOf(params.address, budget);
      return {
        user: userView(await users.show(login, budget)),
        mailboxes: await mailboxes.list(login, budget),
        aliases: (await aliases.leadingTo(login, budget)).map(addressOfLogin),
      };
    }),
    answer(userRoutes.remove, async ({ params, budget }) =>
      removalView(await removals.begin(await loginOf(params.address, budget), budget)),
    ),
    answer(userRoutes.removal, async ({ params, budget }) =>
      removalView(await removals.look(await loginOf(params.address, budget), budget)),
    ),
    answer(userRoutes.password, async ({ params, body, budget }) => ({
      password:
        (await users.changePassword(await loginOf(params.address, budget), body.password, budget)) ?? null,
    })),
    answer(userRoutes.disable, async ({ params, budget }) =>
      userView(await users.disable(await loginOf(params.address, budget), budget)),
    ),
    answer(userRoutes.enable, async ({ params, budget }) =>
      userView(await users.enable(await loginOf(params.address, budget), budget)),
    ),
    answer(userRoutes.quota, async ({ params, body, budget }) =>
      userView(await users.setQuota(await loginOf(params.address, budget), quotaOf(body), budget)),
    ),
  ];
}

function userView({ address, createdAtMs, quotaBytes, quotaMessages, ...rest }: User): ValueOf<typeof user> {
  return {
    ...rest,
    address: addressOfLogin(address),
    createdAt: new Date(createdAtMs).toISOString(),
    quotaBytes: quotaBytes ?? null,
    quotaMessages: quotaMessages ?? null,
  };
}

function quotaOf(given: {
  readonly quotaBytes: number | null;
  readonly quotaMessages: number | null;
}): Quota {
  return { bytes: given.quotaBytes ?? undefined, messages: given.quotaMessages ?? undefined };
}

function removalView({ address, failure, ...rest }: Removal): ValueOf<typeof removal> {
  return { ...rest, address: addressOfLogin(address), failure: failure ?? null };
}
