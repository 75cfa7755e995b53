// The ring as the store wants it, from the section `store.cassandra` of the configuration: the files it names are read.
import { readFileSync } from 'node:fs';
import { Failure } from '../base/failure.js';
import type { Config } from '../config/definition.js';
import type { RingSettings } from '../store/cassandra/connection/connect-ring.js';
import type { TlsSettings } from '../store/cassandra/connection/tls-options.js';

type RingSection = Config['store']['cassandra'];

export function ringSettingsOf({ tls, requestTimeout, ...section }: RingSection): RingSettings {
  return { ...section, requestTimeoutMs: requestTimeout, tls: tls.enabled ? tlsSettingsOf(tls) : undefined };
}

function tlsSettingsOf({ ca, cert, key, verify }: RingSection['tls']): TlsSettings {
  return {
    ca: textOf('ca', ca),
    cert: textOf('cert', cert),
    key: textOf('key', key),
    verify,
  };
}

function textOf(name: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('config-invalid', `store.cassandra.tls.${name}: cannot read ${file}`, { cause: error });
  }
}
