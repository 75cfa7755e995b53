// Users of this machine that the other servers need.
import { readFileSync } from 'node:fs';

/** Owns the maildirs; needs no entry in /etc/passwd. */
export const VIRTUAL_ID = 5000;

export function idsOf(user: string): { readonly uid: number; readonly gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${user}:`));
  if (line === undefined) throw new Error(`this machine has no user ${user}`);
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}
