// `npm run bench -- accept`: small messages as fast as they can be sent, and how long one waits for its 250 when they come
// at a given pace.
import { percentile } from '../load/latencies.js';
import { runOpenLoop } from '../load/open-loop.js';
import { messageOf, sendOne } from '../load/smtp-exchange.js';
import type { Row, Target } from '../report.js';
import { spread } from '../rounds.js';
import { contestRows } from './contest.js';
import { DeliveryRounds } from './delivery-rounds.js';
import { SMALL_BYTES, smallLoad } from './loads.js';
import type { MailCase, MailSetting } from './mail-case.js';
import { addressOf, MAILBOXES } from './mailboxes.js';

const OFFERED_PER_SECOND = 1000;
const MOST_OPEN = 2000;

export const acceptCases: readonly MailCase[] = [
  acceptCase('connections', 'each', { kind: 'ratio at least', value: 3.5 }),
  acceptCase('kept', 'kept', { kind: 'ratio at least', value: 6 }),
  { name: 'response', store: 'embedded', programs: [], run: responseRows },
];

function acceptCase(name: string, connections: 'each' | 'kept', target: Target): MailCase {
  const clients = connections === 'each' ? 'one connection per message' : 'kept connections';
  return {
    name,
    store: 'embedded',
    programs: ['postfix', 'postconf', 'postmap', 'smtp-source'],
    run: async (setting) => {
      const { servers, ledger, effort, isPeersAlone } = setting;
      const load = smallLoad(setting, connections, 'all mailboxes');
      const ours = isPeersAlone
        ? undefined
        : new DeliveryRounds(await servers.cassmail('embedded'), load, ledger);
      const postfix = new DeliveryRounds(await servers.postfix(), load, ledger);
      return contestRows(
        {
          name: `embedded: 1 KB messages into ${MAILBOXES} mailboxes, ${clients}`,
          unit: load.unit,
          ours,
          rivals: [postfix],
          beside: () => [ours, postfix].flatMap((rounds) => rounds?.accepted() ?? []),
          targets: [target],
          conditions: `${load.says}; until the last message can be read; on disk before each 250 on both sides`,
        },
        effort.rounds,
      );
    },
  };
}

async function responseRows({ servers, ledger, effort, isPeersAlone }: MailSetting): Promise<readonly Row[]> {
  if (isPeersAlone) return [];
  const node = await servers.cassmail('embedded');
  const message = messageOf(SMALL_BYTES);
  const count = OFFERED_PER_SECOND * effort.openLoopSeconds;
  const waits: (readonly number[])[] = [];
  for (let round = 0; round <= effort.rounds; round += 1) {
    const before = await node.holdings();
    waits.push(
      await runOpenLoop({ perSecond: OFFERED_PER_SECOND, count, mostOpen: MOST_OPEN }, (number) =>
        sendOne(node.smtpPort, addressOf(1 + (number % MAILBOXES)), message),
      ),
    );
    const readable = (await node.holdings()).messages - before.messages;
    ledger.note({ server: node.name, acknowledged: Promise.resolve(count), readable });
  }
  const counted = waits.slice(1); // the first round warms up
  const row = (share: number, targetMs: number): Row => ({
    name: `embedded: from connecting to 250, p${share * 100}`,
    unit: 'ms',
    rate: spread(counted.map((values) => percentile(values, share))),
    targets: [{ kind: 'milliseconds under', value: targetMs }],
    conditions: `1 KB messages, one connection each, ${OFFERED_PER_SECOND} offered per second whether or not earlier ones are done; counted from the appointed start`,
  });
  return [row(0.5, 5), row(0.99, 50)];
}
