// The self-signed pair of a node for which none is configured: made once, found again at every later start. Certificate
// and key come into being together, in a folder that is renamed to its name when both are on disk; of several processes
// that start at once one is first, and the others take what that one has made.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import { isError } from '../base/is-error.js';
import type { Log } from '../base/log.js';
import { makeFolder } from '../base/make-folder.js';
import { randomUuid, type Random } from '../base/random.js';
import type { PairFiles } from './certificate-pair.js';

export interface OwnPairOptions {
  /** The node's folder for keys: `data`/tls. */
  readonly folder: string;
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const FOLDER_MODE = 0o700;
const KEY_MODE = 0o600;
const DAY_MS = 24 * 60 * 60 * 1000;
const VALID_DAYS = 3650;

export async function ensureOwnPair(options: OwnPairOptions): Promise<PairFiles> {
  const folder = join(options.folder, 'self-signed');
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  if (existsSync(folder)) return files;
  try {
    makeFolder(options.folder, FOLDER_MODE);
    if (await makePair(folder, options)) {
      options.log.write('tls.self-signed', { cert: files.cert, host: options.host });
    }
  } catch (error) {
    if (!isError(error)) throw error;
    throw new Failure('tls-unusable', `no self-signed pair can be made in ${folder}: ${error.message}`, {
      cause: error,
    });
  }
  return files;
}

/** False: somebody else was faster. */
async function makePair(folder: string, { host, clock, random }: OwnPairOptions): Promise<boolean> {
  const { selfSignedPair } = await import('./self-signed.js');
  const nowMs = clock.wallMs();
  const pair = await selfSignedPair({
    host,
    validFromMs: nowMs - DAY_MS, // for clients whose clock is behind
    validUntilMs: nowMs + VALID_DAYS * DAY_MS,
  });
  const draft = `${folder}.${randomUuid(random)}`;
  try {
    await mkdir(draft, { mode: FOLDER_MODE });
    await writeFile(join(draft, 'key.pem'), pair.key, { mode: KEY_MODE, flush: true });
    await writeFile(join(draft, 'cert.pem'), pair.cert, { flush: true });
    await rename(draft, folder);
    return true;
  } catch (error) {
    if (!existsSync(folder)) throw error;
    return false;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
