// The programs that come from Debian's packages: other mail servers and load generators. They are asked for by name
// before anything is started, so that a missing one is said at once and with what to do about it.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Program = 'postfix' | 'postconf' | 'postmap' | 'smtp-source' | 'dovecot' | 'doveadm' | 'postal';

const PACKAGES: Readonly<Record<Program, string>> = {
  postfix: 'postfix',
  postconf: 'postfix',
  postmap: 'postfix',
  'smtp-source': 'postfix',
  dovecot: 'dovecot-core dovecot-pop3d',
  doveadm: 'dovecot-core dovecot-pop3d',
  postal: 'postal',
};

/** Debian keeps servers here, and users other than root often have neither on their path. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin'];

export class MissingPeer extends Error {}

/** Throws `MissingPeer`, one line that names the packages to install. */
export function requirePrograms(programs: readonly Program[]): void {
  const missing = programs.filter((program) => findProgram(program) === undefined);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => PACKAGES[program]))].join(' ');
    throw new MissingPeer(
      `${missing.join(', ')} not found: apt-get install --no-install-recommends ${packages}`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new MissingPeer('Postfix and Dovecot start as root only: run this bench as root');
  }
}

export function pathOf(program: Program): string {
  const path = findProgram(program);
  if (path === undefined) throw new MissingPeer(`${program} not found`);
  return path;
}

function findProgram(program: Program): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
