// `cassmail user remove`: says what would be lost, asks, and stays until it is gone.
import type { Timers } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Surroundings } from '../../base/surroundings.js';
import type { ExitCode, Verb, VerbCall, VerbOption } from '../../base/verb.js';
import { userRoutes, type removal } from '../../admin/api/accounts.js';
import type { ReplyOf } from '../../admin/api/route.js';
import type { ValueOf } from '../../admin/api/shape.js';
import type { NodeClient } from './node-client.js';
import { nodeVerb, refusedBy, show, YES_OPTION } from './node-verb.js';
import { countText, sizeText } from './table.js';

type Removal = ValueOf<typeof removal>;
type UserDetails = ReplyOf<typeof userRoutes.show>;

const ADDRESS = { name: 'ADDRESS', summary: "the user's address" };
const NO_WAIT: VerbOption = { name: 'no-wait', summary: 'end when it has begun' };
const LOOK_AGAIN_MS = 1000;

export function userRemoval(surroundings: Surroundings, timers: Timers): Verb {
  return nodeVerb(surroundings, {
    path: ['user', 'remove'],
    summary:
      'remove a user with all mail; the node goes on whatever becomes of this command, which may be repeated',
    operands: [ADDRESS],
    options: [YES_OPTION, NO_WAIT],
    run: (node, call) => remove(node, call, timers),
  });
}

async function remove(node: NodeClient, call: VerbCall, timers: Timers): Promise<ExitCode> {
  const params = { address: call.operand(ADDRESS.name) ?? '' };
  const details = await node.ask(userRoutes.show, { params });
  for (const line of lossLines(details)) call.terminal.note(line);
  const refusal = await refusedBy(call, `Remove ${details.user.address} with all of that, for good?`);
  if (refusal !== undefined) return refusal;
  const begun = await node.ask(userRoutes.remove, { params });
  if (call.isSet(NO_WAIT.name)) {
    return show(call, begun, [
      `${begun.address} is disabled and being removed; while \`cassmail user show\` finds the user, it is under way`,
    ]);
  }
  return tellEnd(call, await endOf(begun, { node, call, timers }));
}

/** Says how far it is whenever that has changed. */
async function endOf(
  begun: Removal,
  { node, call, timers }: { readonly node: NodeClient; readonly call: VerbCall; readonly timers: Timers },
): Promise<Removal> {
  call.terminal.note(`${begun.address} is disabled; removing (mail on its way is waited for)`);
  let last = begun;
  while (last.state === 'under-way') {
    await timers.sleep(LOOK_AGAIN_MS);
    const next = await progressSince(last, node);
    if (next.removedMessages > last.removedMessages) {
      call.terminal.note(`${countText(next.removedMessages, 'message')} removed`);
    }
    last = next;
  }
  return last;
}

/** Of one that another node does we see the end only: there is no such user any more. */
async function progressSince(last: Removal, node: NodeClient): Promise<Removal> {
  try {
    return await node.ask(userRoutes.removal, { params: { address: last.address } });
  } catch (error) {
    if (error instanceof Failure && error.code === 'user-unknown') return { ...last, state: 'done' };
    throw error;
  }
}

function tellEnd(call: VerbCall, ended: Removal): ExitCode {
  const { address, removedMessages, removedBytes, failure } = ended;
  const what = `${countText(removedMessages, 'message')} (${sizeText(removedBytes)})`;
  if (failure === null) return show(call, ended, [`${address} removed, with ${what}`]);
  if (call.isJson) show(call, ended, []);
  call.terminal.note(
    `cassmail: ${failure.code}: ${failure.detail}; ${what} removed so far, repeat it to go on`,
  );
  return 1;
}

/** What removing him would delete. */
function* lossLines({ user: { address }, mailboxes, aliases }: UserDetails): Iterable<string> {
  const messages = mailboxes.reduce((sum, box) => sum + box.messages, 0);
  const bytes = mailboxes.reduce((sum, box) => sum + box.sizeBytes, 0);
  const boxes = countText(mailboxes.length, 'mailbox', 'mailboxes');
  yield `${address} has ${boxes} with ${countText(messages, 'message')} (${sizeText(bytes)})`;
  if (aliases.length > 0) yield `these aliases lead there, and stay: ${aliases.join(', ')}`;
}
