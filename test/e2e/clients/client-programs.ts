// The mail programs that tests run against a node, and which of them this machine lacks. .ci/run installs all of them.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const CLIENTS = [
  'swaks',
  'curl',
  'msmtp',
  'mpop',
  'fetchmail',
  'getmail',
  'mutt',
  'python3',
  'postal',
  'rabid',
] as const;
export type Client = (typeof CLIENTS)[number];

/** Debian keeps postal and rabid where only root looks. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin'];

export function pathOfClient(client: Client): string | undefined {
  return FOLDERS.map((folder) => join(folder, client)).find(isProgram);
}

/** What is not there; swaks without its TLS (Debian: libnet-ssleay-perl) isn't either. */
export function missingClients(): readonly string[] {
  const missing: string[] = CLIENTS.filter((client) => pathOfClient(client) === undefined);
  const hasPerlTls = spawnSync('perl', ['-MNet::SSLeay', '-e1'], { timeout: 20_000 }).status === 0;
  return hasPerlTls || missing.includes('swaks') ? missing : [...missing, 'swaks (its TLS)'];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
