// The certificate that clients are shown: the configured one, or a self-signed pair that the node makes for itself.
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import type { Config } from '../config/definition.js';
import type { PairFiles } from '../net/certificate-pair.js';
import { ensureOwnPair } from '../net/own-pair.js';

const TLS_FOLDER = 'tls';

export interface OwnCertificateParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Undefined: the configuration names a pair. Fails with *tls-unusable*. */
export async function ownCertificate(
  config: Config,
  parts: OwnCertificateParts,
): Promise<PairFiles | undefined> {
  if (config.tls.cert !== undefined) return undefined;
  return ensureOwnPair({ ...parts, folder: join(config.data, TLS_FOLDER), host: hostOf(config) });
}

export function hostOf(config: Config): string {
  return config.hostname === 'auto' ? hostname() : config.hostname;
}
