// Dovecot's POP3 over maildirs, in a folder of its own. Two set-ups are measured because each is better at something.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addresses, PASSWORD } from '../mail/mailboxes.js';
import type { Pop3Server } from '../mail/mail-server.js';
import { peerFile } from './peer-file.js';
import { pathOf } from './programs.js';
import { ServerProcess } from './server-process.js';

export type DovecotSetup = 'defaults' | 'tuned';

/** `mail` in the folder holds the maildirs, one for each address. */
export async function startDovecot(folder: string, port: number, setup: DovecotSetup): Promise<Pop3Server> {
  chmodSync(folder, 0o755); // its processes run under several users
  for (const name of ['run', 'state']) mkdirSync(join(folder, name), { recursive: true });
  // salted and quick to check: in Dovecot's favour
  const hash = execFileSync(pathOf('doveadm'), ['pw', '-s', 'SSHA256', '-p', PASSWORD], { encoding: 'utf8' });
  writeFileSync(join(folder, 'users'), addresses.map((address) => `${address}:${hash.trim()}\n`).join(''));
  const values = { FOLDER: folder, PORT: String(port) };
  writeFileSync(join(folder, 'common.conf'), peerFile('dovecot/common.conf', values));
  writeFileSync(join(folder, 'dovecot.conf'), peerFile(`dovecot/${setup}.conf`, values));
  const server = new ServerProcess(
    pathOf('dovecot'),
    ['-F', '-c', join(folder, 'dovecot.conf')],
    join(folder, 'dovecot.out'),
  );
  await server.answers(port);
  return { name: `Dovecot (${setup})`, pop3Port: port, stop: () => server.stop() };
}
