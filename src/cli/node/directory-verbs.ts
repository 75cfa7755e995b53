// `cassmail alias …` and `cassmail domain …`.
import type { Surroundings } from '../../base/surroundings.js';
import type { Operand, Verb, VerbOption } from '../../base/verb.js';
import { aliasRoutes, domainRoutes } from '../../admin/api/directory.js';
import { nodeVerb, refusedBy, show, YES_OPTION } from './node-verb.js';
import { tableLines } from './table.js';

const ADDRESS: Operand = { name: 'ADDRESS', summary: 'the address that stands for others' };
const DOMAIN: Operand = { name: 'DOMAIN', summary: 'such as example.com' };
const REPLACE: VerbOption = { name: 'replace', summary: 'in place of what is there already' };

export function aliasVerbs(surroundings: Surroundings): readonly Verb[] {
  return [
    nodeVerb(surroundings, {
      path: ['alias', 'add'],
      summary: 'let an address stand for others',
      operands: [
        ADDRESS,
        { name: 'TARGET', summary: 'where it leads: a user, an alias or a remote address', isRepeated: true },
      ],
      options: [REPLACE],
      examples: ['cassmail alias add info@example.com anne@example.com bob@example.org'],
      run: async (node, call) => {
        const body = {
          address: call.operand(ADDRESS.name) ?? '',
          targets: call.operands('TARGET'),
          replace: call.isSet(REPLACE.name),
        };
        const { address, targets } = await node.ask(aliasRoutes.add, { body });
        return show(call, { address, targets }, [`${address} leads to ${targets.join(', ')}`]);
      },
    }),
    nodeVerb(surroundings, {
      path: ['alias', 'list'],
      summary: 'list aliases',
      run: async (node, call) => {
        const found = await node.ask(aliasRoutes.list);
        const rows = found.aliases.map(({ address, targets }) => [address, targets.join(', ')]);
        return show(call, found, tableLines(['alias', 'leads to'], rows));
      },
    }),
    nodeVerb(surroundings, {
      path: ['alias', 'remove'],
      summary: 'remove an alias',
      operands: [ADDRESS],
      options: [YES_OPTION],
      run: async (node, call) => {
        const params = { address: call.operand(ADDRESS.name) ?? '' };
        const { address, targets } = await node.ask(aliasRoutes.show, { params });
        const refusal = await refusedBy(call, `Remove ${address}, which leads to ${targets.join(', ')}?`);
        if (refusal !== undefined) return refusal;
        return show(call, await node.ask(aliasRoutes.remove, { params }), [`${address} removed`]);
      },
    }),
  ];
}

export function domainVerbs(surroundings: Surroundings): readonly Verb[] {
  return [
    nodeVerb(surroundings, {
      path: ['domain', 'add'],
      summary: 'take mail for a domain',
      operands: [DOMAIN],
      options: [
        { name: 'catch-all', value: 'ADDRESS', summary: 'who receives what is addressed to nobody in it' },
        REPLACE,
      ],
      run: async (node, call) => {
        const catchAll = call.option('catch-all');
        const body = {
          name: call.operand(DOMAIN.name) ?? '',
          replace: call.isSet(REPLACE.name),
          ...(catchAll === undefined ? {} : { catchAll }),
        };
        const added = await node.ask(domainRoutes.add, { body });
        const caught = added.catchAll === null ? '' : `, with ${added.catchAll} for the unknown`;
        return show(call, added, [`${added.name} is a domain of this service${caught}`]);
      },
    }),
    nodeVerb(surroundings, {
      path: ['domain', 'list'],
      summary: 'list the domains whose mail is for mailboxes here',
      run: async (node, call) => {
        const found = await node.ask(domainRoutes.list);
        const rows = found.domains.map(({ name, origin, catchAll }) => [name, origin, catchAll ?? '']);
        return show(call, found, tableLines(['domain', 'origin', 'catch-all'], rows));
      },
    }),
    nodeVerb(surroundings, {
      path: ['domain', 'remove'],
      summary: 'take mail for a domain no more; users in it stay, and want it to be forced',
      operands: [DOMAIN],
      options: [{ name: 'force', summary: 'whether or not there are users in it' }, YES_OPTION],
      run: async (node, call) => {
        const domain = call.operand(DOMAIN.name) ?? '';
        const refusal = await refusedBy(call, `Refuse mail for ${domain} from now on?`);
        if (refusal !== undefined) return refusal;
        const query = { force: call.isSet('force') };
        const removed = await node.ask(domainRoutes.remove, { params: { domain }, query });
        return show(call, removed, [`${removed.name} is no domain of this service any more`]);
      },
    }),
  ];
}
