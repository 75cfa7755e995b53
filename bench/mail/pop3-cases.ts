// `npm run bench -- pop3`: what mail programs do, and whole mailboxes at once. Nothing is deleted.
import { fetchAll, fetchSome } from '../load/pop3-session.js';
import { PROCESSES, sendWithSmtpSource } from '../load/smtp-source.js';
import { ratePerSecond, type Contender } from '../rounds.js';
import type { CassmailNode } from './cassmail-node.js';
import { contestRows } from './contest.js';
import type { MailCase, MailSetting } from './mail-case.js';
import { addressOf } from './mailboxes.js';
import {
  MESSAGE_BYTES,
  MESSAGES_OTHERWISE,
  MESSAGES_WHOLE,
  OTHER_MAILBOXES,
  WHOLE_MAILBOXES,
} from './maildir-filling.js';
import type { Pop3Server } from './mail-server.js';
import type { StoreKind } from './servers.js';

const SESSION_CLIENTS = 40;
const BULK_CLIENTS = 10;
const FETCHED_PER_SESSION = 5;

type Fetching = (server: Pop3Server, setting: MailSetting) => Contender;

interface Pop3Kind {
  readonly name: string;
  readonly unit: string;
  readonly fetching: Fetching;
  readonly ratio: number;
  readonly store: StoreKind;
  readonly says: string;
}

const SESSIONS = {
  name: 'sessions',
  unit: 'sessions/s',
  fetching: sessions,
  says: `login, STAT, UIDL, ${FETCHED_PER_SESSION} x RETR of 10 KB, QUIT; ${SESSION_CLIENTS} clients, ${OTHER_MAILBOXES} mailboxes of ${MESSAGES_OTHERWISE} messages`,
};
const BULK = {
  name: 'bulk',
  unit: 'MB/s',
  fetching: bulks,
  says: `login, STAT, ${MESSAGES_WHOLE} pipelined RETR of 10 KB, QUIT; ${BULK_CLIENTS} clients, ${WHOLE_MAILBOXES} mailboxes`,
};

export const pop3Cases: readonly MailCase[] = [
  pop3Case({ ...SESSIONS, store: 'embedded', ratio: 2 }),
  pop3Case({ ...BULK, store: 'embedded', ratio: 1 }),
  pop3Case({ ...SESSIONS, store: 'cassandra', ratio: 1 }),
  pop3Case({ ...BULK, store: 'cassandra', ratio: 0.5 }),
];

function pop3Case({ name, unit, fetching, ratio, store, says }: Pop3Kind): MailCase {
  return {
    name: store === 'embedded' ? name : `${name}-ring`,
    store,
    programs: ['dovecot', 'doveadm', 'smtp-source'],
    run: async (setting) => {
      const { servers, effort, isPeersAlone } = setting;
      const rivals = [await servers.dovecot('tuned'), await servers.dovecot('defaults')];
      const place = store === 'embedded' ? 'embedded' : `one ring node, commit log ${servers.commitLog}`;
      return contestRows(
        {
          name: `${place}: POP3 ${name}`,
          unit,
          ours: isPeersAlone ? undefined : fetching(await filledNode(setting, store), setting),
          rivals: rivals.map((server) => fetching(server, setting)),
          targets: [{ kind: 'ratio at least', value: ratio }],
          conditions: says,
        },
        effort.rounds,
      );
    },
  };
}

function sessions({ name, pop3Port }: Pop3Server, { effort }: MailSetting): Contender {
  return {
    name,
    run: () =>
      ratePerSecond(effort.sessions, SESSION_CLIENTS, (index) =>
        fetchSome(pop3Port, addressOf(WHOLE_MAILBOXES + 1 + (index % OTHER_MAILBOXES)), FETCHED_PER_SESSION),
      ),
  };
}

function bulks({ name, pop3Port }: Pop3Server, { effort }: MailSetting): Contender {
  return {
    name,
    run: async () => {
      let bytes = 0;
      const perSecond = await ratePerSecond(effort.bulks, BULK_CLIENTS, async (index) => {
        const address = addressOf(1 + (index % WHOLE_MAILBOXES));
        const received = await fetchAll(pop3Port, address, MESSAGES_WHOLE);
        bytes += received; // not in one step: what others add meanwhile would be lost
      });
      return (perSecond * bytes) / effort.bulks / 1e6;
    },
  };
}

/** A look into the mailboxes would tell too, but 700 logins that are proved for the first time take half a minute. */
const filled = new WeakSet<CassmailNode>();

/** The same mail as in the maildirs, sent to the node once. */
async function filledNode({ servers }: MailSetting, store: StoreKind): Promise<CassmailNode> {
  const node = await servers.cassmail(store);
  if (filled.has(node)) return node;
  filled.add(node);
  const load = { connections: 'kept', to: 'all mailboxes', sizeBytes: MESSAGE_BYTES } as const;
  await sendWithSmtpSource(node.smtpPort, { ...load, tours: MESSAGES_OTHERWISE / PROCESSES });
  const rest = (MESSAGES_WHOLE - MESSAGES_OTHERWISE) / PROCESSES;
  await sendWithSmtpSource(node.smtpPort, { ...load, tours: rest, mailboxes: WHOLE_MAILBOXES });
  return node;
}
