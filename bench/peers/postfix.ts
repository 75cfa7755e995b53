// Postfix with virtual mailboxes, as Debian ships it but for what peers/postfix/main.cf says. It runs in a folder of its
// own and knows nothing of a Postfix that the machine may have.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { addresses } from '../mail/mailboxes.js';
import type { Holdings, MailServer } from '../mail/mail-server.js';
import { peerFile } from './peer-file.js';
import { pathOf } from './programs.js';
import { ServerProcess } from './server-process.js';
import { idsOf, VIRTUAL_ID } from './system-users.js';

const SHIPPED = '/usr/share/postfix';
const LOOK_MS = 10;
/** A queue that stands still for so long has a message that cannot be delivered. */
const SETTLE_MS = 120_000;

const run = promisify(execFile);

export async function startPostfix(folder: string, port: number): Promise<MailServer> {
  await configure(folder, port);
  const etc = join(folder, 'etc');
  await run(pathOf('postfix'), ['-c', etc, 'check']); // makes the folders of the queue
  const { stdout } = await run(pathOf('postconf'), ['-c', etc, '-h', 'daemon_directory']);
  // not `postfix start-fg`: that is a shell, which does not hand on the signal to end
  const server = new ServerProcess(
    join(stdout.trim(), 'master'),
    ['-c', etc, '-s'],
    join(folder, 'postfix.out'),
  );
  await server.answers(port);
  return new Postfix(folder, port, server);
}

class Postfix implements MailServer {
  readonly name = 'Postfix';

  readonly smtpPort: number;
  readonly #folder: string;
  readonly #server: ServerProcess;

  constructor(folder: string, port: number, server: ServerProcess) {
    this.#folder = folder;
    this.smtpPort = port;
    this.#server = server;
  }

  /** A message leaves the queue when it has been renamed into `new` of its maildir. */
  async settled(): Promise<void> {
    const deadline = performance.now() + SETTLE_MS;
    while (this.#queued() > 0) {
      if (performance.now() > deadline)
        throw new Error(`Postfix keeps ${this.#queued()} messages in its queue`);
      await pause(LOOK_MS);
    }
  }

  holdings(): Promise<Holdings> {
    const sizes = addresses.flatMap((address) => {
      const box = join(this.#folder, 'mail', address, 'new');
      return namesIn(box).map((name) => statSync(join(box, name)).size);
    });
    return Promise.resolve({ messages: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) });
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  #queued(): number {
    return ['incoming', 'active', 'deferred']
      .map((queue) => join(this.#folder, 'spool', queue))
      .flatMap((queue) => readdirSync(queue, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile()).length;
  }
}

async function configure(folder: string, port: number): Promise<void> {
  const etc = join(folder, 'etc');
  for (const name of ['etc', 'spool', 'data', 'mail']) mkdirSync(join(folder, name), { recursive: true });
  chmodSync(folder, 0o755); // its processes run under several users
  const { uid, gid } = idsOf('postfix');
  chownSync(join(folder, 'data'), uid, gid);
  chownSync(join(folder, 'mail'), VIRTUAL_ID, VIRTUAL_ID);
  const shipped = readFileSync(join(SHIPPED, 'main.cf.debian'), 'utf8');
  writeFileSync(join(etc, 'main.cf'), `${shipped}\n${peerFile('postfix/main.cf', { FOLDER: folder })}`);
  cpSync(join(SHIPPED, 'master.cf.dist'), join(etc, 'master.cf'));
  for (const name of ['postfix-files', 'postfix-files.d', 'dynamicmaps.cf', 'dynamicmaps.cf.d']) {
    cpSync(join('/etc/postfix', name), join(etc, name), { recursive: true });
  }
  writeFileSync(join(etc, 'mailboxes'), addresses.map((address) => `${address} ${address}/\n`).join(''));
  const postconf = (...words: string[]): Promise<unknown> => run(pathOf('postconf'), ['-c', etc, ...words]);
  await postconf('-F', '*/*/chroot=n'); // no copies of system files in the queue's folder
  await postconf('-MX', 'smtp/inet');
  await postconf('-M', `${port}/inet=${port} inet n - n - - smtpd`);
  await run(pathOf('postmap'), ['-c', etc, `hash:${join(etc, 'mailboxes')}`]);
}

/** A maildir comes into being with its first message. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
