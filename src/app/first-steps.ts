// What a node without a user says when it starts: the few commands that add a user, send her a message and fetch it, to
// be typed as they stand. README's five minutes are these lines; a test types them.
import type { ListeningAt } from './worker-messages.js';

export interface FirstStepsOptions {
  readonly listening: readonly ListeningAt[];
  /** The user's. */
  readonly domain: string;
  /** By which a command finds this node. */
  readonly nodeWords: readonly string[];
}

const MESSAGE = String.raw`printf 'Subject: hello\n\nIt works.\n'`;

export function firstSteps({ listening, domain, nodeWords }: FirstStepsOptions): readonly string[] {
  if (!listening.some(({ key }) => key === 'admin.listen')) {
    return ['', 'Nobody has a mailbox here yet. Add users on a node with the role admin.', ''];
  }
  const address = `anne@${domain}`;
  const smtp = hostAndPort(listening, 'smtp.listen');
  const pop3 = hostAndPort(listening, 'pop3.listen');
  return [
    '',
    'Nobody has a mailbox here yet. To add a user, send her a message and fetch it, in another terminal in this folder:',
    '',
    `  ${['npx cassmail user add', address, ...nodeWords.map(shellWord)].join(' ')}`,
    ...(smtp === undefined
      ? []
      : [
          `  ${MESSAGE} | curl -sS smtp://${smtp} --crlf -T - --mail-from me@example.org --mail-rcpt ${address}`,
        ]),
    ...(pop3 === undefined ? [] : [`  curl -sS --ssl-reqd --insecure pop3://${pop3}/1 --user ${address}`]),
    '',
    'The first prints her password, which the last asks for. The first user is also postmaster here, unless',
    'mailboxes.postmaster says who is.',
    '',
  ];
}

/** As a client on this machine reaches it. */
function hostAndPort(listening: readonly ListeningAt[], key: string): string | undefined {
  const found = listening.find((at) => at.key === key);
  if (found === undefined) return undefined;
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[found.host] ?? found.host;
  return `${host.includes(':') ? `[${host}]` : host}:${found.port}`;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
