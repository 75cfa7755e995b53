// `cassmail mailbox …`.
import type { Surroundings } from '../../base/surroundings.js';
import type { ExitCode, Operand, Verb, VerbCall } from '../../base/verb.js';
import { mailboxRoutes, type mailbox } from '../../admin/api/accounts.js';
import type { ValueOf } from '../../admin/api/shape.js';
import type { NodeClient } from './node-client.js';
import { nodeVerb, refusedBy, show, YES_OPTION } from './node-verb.js';
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
      summary: 'show one mailbox',
      operands: [ADDRESS, { ...BOX, summary: 'its name (default: inbox)', isOptional: true }],
      run: async (node, call) => {
        const found = await node.ask(mailboxRoutes.show, { params: placeIn(call) });
        return show(call, found, mailboxLines([found]));
      },
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
      summary: 'remove a mailbox; one with mail in it only if forced, and the mail goes too',
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
