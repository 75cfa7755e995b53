// The 700 users, put into the node's store before it starts: one hash for all, as hashing 700 passwords takes half a minute.
import { dirname } from 'node:path';
import { randomBytes, scryptSync } from 'node:crypto';
import { openStore } from '../../src/app/open-store.js';
import { loadConfig } from '../../src/config/load-config.js';
import { parseLogin } from '../../src/mail/login.js';
import { parseMailboxName } from '../../src/mail/mailbox-name.js';
import { ratePerSecond } from '../rounds.js';
import { budget } from '../store/deliveries.js';
import { surroundings } from '../store/quiet-surroundings.js';
import { addresses, PASSWORD } from './mailboxes.js';

/** *product*: as the product stores passwords. *cheap*: where logins only serve to count what has come. */
export type PasswordCost = 'product' | 'cheap';

const LOG_N: Readonly<Record<PasswordCost, number>> = { product: 14, cheap: 4 };
const BLOCK = 8;
const HASH_OCTETS = 32;
const IN_FLIGHT = 20;

export async function seedUsers(configurationFile: string, cost: PasswordCost): Promise<void> {
  const { config } = loadConfig({
    file: configurationFile,
    flags: [],
    environment: {},
    currentFolder: dirname(configurationFile),
  });
  const store = await openStore(config, surroundings, { role: 'node' });
  const settings = { passwordHash: hashed(LOG_N[cost]), isDisabled: false };
  try {
    await ratePerSecond(addresses.length, IN_FLIGHT, async (index) => {
      const login = parseLogin(addresses[index] ?? '');
      await store.accounts.create(login, settings, ['inbox', 'outbox'].map(parseMailboxName), budget());
    });
  } finally {
    await store.close();
  }
}

function hashed(logN: number): string {
  const salt = randomBytes(16);
  const hash = scryptSync(PASSWORD, salt, HASH_OCTETS, { N: 2 ** logN, r: BLOCK, p: 1 });
  return `$scrypt$ln=${logN},r=${BLOCK},p=1$${unpadded(salt)}$${unpadded(hash)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
