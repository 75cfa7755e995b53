// Answers about the mailboxes of a user.
import type { Administration } from '../../accounts/administration/administration.js';
import { parseMailboxName } from '../../mail/mailbox-name.js';
import { answer, type Answer } from '../answer.js';
import { mailboxRoutes } from '../api/accounts.js';

export function mailboxAnswers({ mailboxes, ...administration }: Administration): readonly Answer[] {
  const loginOf = (typed: string) => administration.loginOf(typed);
  return [
    answer(mailboxRoutes.list, async ({ params, budget }) => ({
      mailboxes: await mailboxes.list(loginOf(params.address), budget),
    })),
    answer(mailboxRoutes.create, async ({ params, body, budget }) => {
      const name = parseMailboxName(body.name);
      await mailboxes.create(loginOf(params.address), name, budget);
      return { name, messages: 0, sizeBytes: 0 };
    }),
    answer(mailboxRoutes.show, ({ params, budget }) =>
      mailboxes.show(loginOf(params.address), parseMailboxName(params.mailbox), budget),
    ),
    answer(mailboxRoutes.remove, async ({ params, query, budget }) => {
      const address = { login: loginOf(params.address), mailbox: parseMailboxName(params.mailbox) };
      const removed = await mailboxes.remove(address, { force: query.force ?? false }, budget);
      return { removedMessages: removed.messages, removedBytes: removed.sizeBytes };
    }),
  ];
}
