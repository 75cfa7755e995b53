// Answers about the mailboxes of a user.
import type { Administration } from '../../accounts/administration/administration.js';
import type { MessageView } from '../../accounts/administration/messages.js';
import { Failure } from '../../base/failure.js';
import { isTimeUuid, type TimeUuid } from '../../base/time-uuid.js';
import { parseMailboxName } from '../../mail/mailbox-name.js';
import { answer, type Answer } from '../answer.js';
import { mailboxRoutes, type message } from '../api/accounts.js';
import type { ValueOf } from '../api/shape.js';
import { summaryOf } from '../message-summary.js';

const USUAL_LIMIT = 100;

export function mailboxAnswers({
  mailboxes,
  mailboxRemovals,
  messages,
  ...administration
}: Administration): readonly Answer[] {
  const loginOf: Administration['loginOf'] = (typed, budget) => administration.loginOf(typed, budget);
  return [
    answer(mailboxRoutes.list, async ({ params, budget }) => ({
      mailboxes: await mailboxes.list(await loginOf(params.address, budget), budget),
    })),
    answer(mailboxRoutes.create, async ({ params, body, budget }) => {
      const name = parseMailboxName(body.name);
      await mailboxes.create(await loginOf(params.address, budget), name, budget);
      return { name, messages: 0, sizeBytes: 0 };
    }),
    answer(mailboxRoutes.show, async ({ params, budget }) =>
      mailboxes.show(await loginOf(params.address, budget), parseMailboxName(params.mailbox), budget),
    ),
    answer(mailboxRoutes.remove, async ({ params, query, budget }) => {
      const address = {
        login: await loginOf(params.address, budget),
        mailbox: parseMailboxName(params.mailbox),
      };
      const removed = await mailboxRemovals.remove(address, { force: query.force ?? false }, budget);
      return { removedMessages: removed.messages, removedBytes: removed.sizeBytes };
    }),
    answer(mailboxRoutes.messages, async ({ params, query, budget }) => {
      const address = {
        login: await loginOf(params.address, budget),
        mailbox: parseMailboxName(params.mailbox),
      };
      await mailboxes.assertThere(address, budget);
      const { after, limit = USUAL_LIMIT } = query;
      const options = { after: after === undefined ? undefined : idIn(after), limit };
      const page = await messages.list(address, options, budget);
      return { messages: await Promise.all(page.messages.map(messageView)), isComplete: page.isComplete };
    }),
  ];
}

async function messageView({
  id,
  acceptedAtMs,
  sizeBytes,
  head,
}: MessageView): Promise<ValueOf<typeof message>> {
  const summary = head === undefined ? { from: null, subject: null } : await summaryOf(head);
  return { id, acceptedAt: new Date(acceptedAtMs).toISOString(), sizeBytes, ...summary };
}

function idIn(text: string): TimeUuid {
  if (isTimeUuid(text)) return text;
  throw new Failure('request-invalid', 'query/after must be the id of a message');
}
