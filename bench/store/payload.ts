// The mail that is measured with: bytes that do not compress, addresses that spread, ids from the store's own source.
import { randomBytes } from 'node:crypto';
import { systemClock } from '../../src/base/clock.js';
import { systemRandom } from '../../src/base/random.js';
import { TimeUuidSource } from '../../src/base/time-uuid.js';
import { parseLogin } from '../../src/mail/login.js';
import { INBOX } from '../../src/mail/mailbox-name.js';
import type { MailboxAddress } from '../../src/store/types.js';

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** As many as in the measurements of the paper that CassMail comes from. */
const USERS = 700;

export const ids = new TimeUuidSource(systemClock, systemRandom);

const addresses: readonly MailboxAddress[] = Array.from({ length: USERS }, (_, index) => ({
  login: parseLogin(`user${index}@example.com`),
  mailbox: INBOX,
}));

export function addressOf(index: number): MailboxAddress {
  const address = addresses[index % USERS];
  if (address === undefined) throw new RangeError(`no address ${index}`);
  return address;
}

export function bytesOf(size: number): Buffer {
  return randomBytes(size);
}

/** `bytes` in pieces as a socket brings them. */
export async function* pieces(bytes: Buffer, size = 64 * KIB): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
