// The load of Postfix's own generator: clients that send messages to all mailboxes in turn, or to one.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { addressOf, DOMAIN, MAILBOXES, NUMBERED, SENDER } from '../mail/mailboxes.js';
import { pathOf } from '../peers/programs.js';

/** Several processes: when one has come to the end of its tour of the mailboxes, the others go on. */
export const PROCESSES = 4;
const CLIENTS_PER_PROCESS = 10;
export const CLIENTS = PROCESSES * CLIENTS_PER_PROCESS;

export interface SmtpSourceLoad {
  /** *each*: one message per connection. *kept*: each client keeps its connection for a tour. */
  readonly connections: 'each' | 'kept';
  readonly to: 'all mailboxes' | 'one mailbox';
  readonly sizeBytes: number;
  /** How often each process goes round the mailboxes. */
  readonly tours: number;
  /** The first so many mailboxes; all of them unless said otherwise. */
  readonly mailboxes?: number;
}

const run = promisify(execFile);

/** Every message was acknowledged, else this throws; returns how many there were. */
export async function sendWithSmtpSource(port: number, load: SmtpSourceLoad): Promise<number> {
  const { tours, mailboxes = MAILBOXES } = load;
  const words = smtpSourceWords(port, { ...load, mailboxes });
  const process = async (): Promise<void> => {
    for (let tour = 0; tour < tours; tour += 1) await run(pathOf('smtp-source'), words);
  };
  await Promise.all(Array.from({ length: PROCESSES }, process));
  return PROCESSES * tours * mailboxes;
}

function smtpSourceWords(
  port: number,
  { connections, to, sizeBytes, mailboxes }: Required<SmtpSourceLoad>,
): string[] {
  return [
    ...(connections === 'kept' ? ['-d'] : []),
    ...(to === 'all mailboxes' ? ['-N', '-t', NUMBERED] : ['-t', addressOf(1)]),
    `-s${CLIENTS_PER_PROCESS}`,
    `-m${mailboxes}`,
    `-l${sizeBytes}`,
    `-M${DOMAIN}`,
    `-f${SENDER}`,
    `127.0.0.1:${port}`,
  ];
}
