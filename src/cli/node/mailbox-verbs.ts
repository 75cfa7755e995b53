// `cassmail mailbox …`.
import type { Surroundings } from '../../base/surroundings.js';
import type { ExitCode, Operand, Verb, VerbCall } from '../../base/verb.js';
import { mailboxRoutes, type mailbox } from '../../admin/api/accounts.js';
import type { ValueOf } from '../../admin/api/shape.js';
import type { NodeClient } from './node-client.js';
import { misused, nodeVerb, refusedBy, show, YES_OPTION } from './node-verb.js';
import { countText, sizeText, tableLines } from './table.js';

const ADDRESS: Operand = { name: 'ADDRESS', summary: "the user's address" };
const BOX: Operand = { name: 'BOX', summary: 'the name of the mailbox' };

export function mailboxVerbs(surroundings: Surroundings): readonly Verb[] {
  return [
    nodeVerb(surroundings, {
      path: ['mailbox', 'list'],
      summary: 'list the mailboxes of a user with what is in them',
      operands: [ADDRESS],
      run: async (node, call) => {
        const { address } = placeIn(call);
        const found = await node.ask(mailboxRoutes.list, { params: { address } });
        return show(call, found, mailboxLines(found.mailboxes));
      },
    }),
    nodeVerb(surroundings, {
      path: ['mailbox', 'show'],
      summary: 'show one mailbox and the messages in it, oldest first',
      operands: [ADDRESS, { ...BOX, summary: 'its name (default: inbox)', isOptional: true }],
      options: [
        { name: 'after', value: 'ID', summary: 'only messages after this one' },
        { name: 'limit', value: 'COUNT', summary: 'at most so many messages, up to 1000 (default: 100)' },
      ],
      run: showMailbox,
    }),
    nodeVerb(surroundings, {
      path: ['mailbox', 'create'],
      summary: 'make a mailbox',
      operands: [ADDRESS, BOX],
      run: async (node, call) => {
        const { address, mailbox: name } = placeIn(call);
        const made = await node.ask(mailboxRoutes.create, { params: { address }, body: { name } });
        return show(call, made, [`mailbox "${made.name}" made`]);
      },
    }),
    nodeVerb(surroundings, {
      path: ['mailbox', 'remove'],
      summary:
        'remove a mailbox other than inbox and outbox; one with mail in it only if forced, and the mail goes too; takes 15 seconds',
      operands: [ADDRESS, BOX],
      options: [{ name: 'force', summary: 'with the mail in it' }, YES_OPTION],
      run: remove,
    }),
  ];
}

export function mailboxLines(boxes: readonly ValueOf<typeof mailbox>[]): Iterable<string> {
  const rows = boxes.map(({ name, messages, sizeBytes }) => [name, messages, sizeText(sizeBytes)]);
  return tableLines(['mailbox', 'messages', 'size'], rows);
}

function placeIn(call: VerbCall): { readonly address: string; readonly mailbox: string } {
  return { address: call.operand(ADDRESS.name) ?? '', mailbox: call.operand(BOX.name) ?? 'inbox' };
}

async function showMailbox(node: NodeClient, call: VerbCall): Promise<ExitCode> {
  const params = placeIn(call);
  const [after, limit] = [call.option('after'), call.option('limit')];
  if (limit !== undefined && !/^[1-9]\d{0,3}$/.test(limit)) {
    return misused(call, `--limit ${limit}: allowed: a whole number from 1 to 1000`);
  }
  const query = {
    ...(after === undefined ? {} : { after }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
  const found = await node.ask(mailboxRoutes.show, { params });
  const page = await node.ask(mailboxRoutes.messages, { params, query });
  const rows = page.messages.map((one) => [
    one.id,
    one.acceptedAt.slice(0, 19),
    one.sizeBytes,
    one.from ?? '',
    one.subject ?? '',
  ]);
  return show(call, { mailbox: found, ...page }, [
    ...mailboxLines([found]),
    ...(rows.length === 0 ? [] : ['', ...tableLines(['id', 'accepted', 'octets', 'from', 'subject'], rows)]),
    ...(page.isComplete ? [] : [`and more: --after ${page.messages.at(-1)?.id ?? ''}`]),
  ]);
}

async function remove(node: NodeClient, call: VerbCall): Promise<ExitCode> {
  const params = placeIn(call);
  const { name, messages, sizeBytes } = await node.ask(mailboxRoutes.show, { params });
  const what = `mailbox "${name}" of ${params.address} with ${countText(messages, 'message')} (${sizeText(sizeBytes)})`;
  const refusal = await refusedBy(call, `Remove ${what}, for good?`);
  if (refusal !== undefined) return refusal;
  const removed = await node.ask(mailboxRoutes.remove, { params, query: { force: call.isSet('force') } });
  return show(call, removed, [
    `mailbox "${name}" removed, with ${countText(removed.removedMessages, 'message')}`,
  ]);
}
