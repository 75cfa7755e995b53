// What a node without a user says when it starts: where it listens, and the few commands that add a user, send her a
// message and fetch it. The README's five minutes are these lines; a test types them.
import type { ListeningAt } from './worker-messages.js';

export function firstSteps(listening: readonly ListeningAt[], domain: string): readonly string[] {
  const address = `anne@${domain}`;
  const smtp = first(listening, 'smtp.listen');
  const pop3 = first(listening, 'pop3.listen');
  return [
    '',
    'Nobody has a mailbox here yet. In another terminal:',
    '',
    `  npx cassmail user add ${address}`,
    ...(smtp === undefined
      ? []
      : [
          `  printf 'Subject: hello\\n\\nIt works.\\n' | curl --crlf -T - smtp://${smtp} --mail-from me@example.org --mail-rcpt ${address}`,
        ]),
    ...(pop3 === undefined ? [] : [`  curl --ssl-reqd --insecure pop3://${pop3}/1 --user ${address}`]),
    '',
    'The first prints her password, which the last asks for.',
    '',
  ];
}

function first(listening: readonly ListeningAt[], key: string): string | undefined {
  const found = listening.find((at) => at.key === key);
  if (found === undefined) return undefined;
  return `${found.host.includes(':') ? `[${found.host}]` : found.host}:${found.port}`;
}
