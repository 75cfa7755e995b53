// `npm run bench -- mailbox`: large messages by Postal, on both stores, and what it costs when all mail goes into one
// single mailbox.
import type { Target } from '../report.js';
import { contestRows } from './contest.js';
import { DeliveryRounds, type DeliveryLoad } from './delivery-rounds.js';
import { postalLoad, smallLoad, type Destination, type Sizes } from './loads.js';
import type { MailCase, MailSetting } from './mail-case.js';
import { MAILBOXES } from './mailboxes.js';
import type { Servers, StoreKind } from './servers.js';

const LARGE: Sizes = { smallestKb: 200, largestKb: 2000 };
const MEDIUM: Sizes = { smallestKb: 50, largestKb: 500 };

export const mailboxCases: readonly MailCase[] = [...casesOn('embedded'), ...casesOn('cassandra')];

function casesOn(store: StoreKind): readonly MailCase[] {
  return [
    postalCase(store, LARGE),
    postalCase(store, MEDIUM),
    oneMailboxCase(store, 'connections', (setting, to) => smallLoad(setting, 'each', to)),
    oneMailboxCase(store, 'kept', (setting, to) => smallLoad(setting, 'kept', to)),
    oneMailboxCase(store, 'large', (setting, to) => postalLoad(setting, LARGE, to)),
    oneMailboxCase(store, 'medium', (setting, to) => postalLoad(setting, MEDIUM, to)),
  ];
}

function postalCase(store: StoreKind, sizes: Sizes): MailCase {
  const range = `${sizes.smallestKb}-${sizes.largestKb}`;
  return {
    name: `postal-${range}${suffix(store)}`,
    store,
    programs: ['postfix', 'postconf', 'postmap', 'postal'],
    run: async (setting) => {
      const { servers, ledger, effort, isPeersAlone } = setting;
      const load = postalLoad(setting, sizes, 'all mailboxes');
      const ours = isPeersAlone ? undefined : new DeliveryRounds(await servers.cassmail(store), load, ledger);
      const postfix = new DeliveryRounds(await servers.postfix(), load, ledger);
      return contestRows(
        {
          name: `${placeOf(store, servers)}: Postal's ${range} KB messages into ${MAILBOXES} mailboxes`,
          unit: load.unit,
          ours,
          rivals: [postfix],
          beside: () => [ours, postfix].flatMap((rounds) => rounds?.accepted() ?? []),
          targets: postalTargets(store, servers),
          conditions: `20 threads, 1-3 messages per connection, ${effort.postalSeconds} s, until the last message can be read`,
        },
        effort.rounds,
      );
    },
  };
}

/** On a ring that answers only after its commit log is on disk nothing is promised. */
function postalTargets(store: StoreKind, { commitLog }: Servers): readonly Target[] {
  if (store === 'embedded') return [{ kind: 'ratio at least', value: 2 }];
  return commitLog === 'periodic' ? [{ kind: 'ratio at least', value: 1.1 }] : [];
}

/** No rival but ourselves: the same load into all mailboxes. */
function oneMailboxCase(
  store: StoreKind,
  kind: string,
  loadTo: (setting: MailSetting, to: Destination) => DeliveryLoad,
): MailCase {
  return {
    name: `one-mailbox-${kind}${suffix(store)}`,
    store,
    programs: [kind === 'connections' || kind === 'kept' ? 'smtp-source' : 'postal'],
    run: async (setting) => {
      const { servers, ledger, effort, isPeersAlone } = setting;
      if (isPeersAlone) return [];
      const node = await servers.cassmail(store);
      const [into, spread] = [loadTo(setting, 'one mailbox'), loadTo(setting, 'all mailboxes')];
      return contestRows(
        {
          name: `${placeOf(store, servers)}: all into one single mailbox (${kind})`,
          unit: into.unit,
          ours: new DeliveryRounds(node, into, ledger),
          rivals: [new DeliveryRounds(node, spread, ledger, `into ${MAILBOXES} mailboxes`)],
          targets: [{ kind: 'ratio at least', value: 0.7 }],
          conditions: `${into.says}; until the last message can be read`,
        },
        effort.rounds,
      );
    },
  };
}

function suffix(store: StoreKind): string {
  return store === 'embedded' ? '' : '-ring';
}

function placeOf(store: StoreKind, { commitLog }: Servers): string {
  return store === 'embedded' ? 'embedded' : `one ring node, commit log ${commitLog}`;
}
