// A certificate for the nodes of a ring that talks TLS with its clients: made by the JDK's own keytool, good for the
// addresses of the ring, trusted by whoever is given its PEM file.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../base/failure.js';
import { addressRun } from './addresses.js';
import type { CassandraSettings } from './node/cassandra-yaml.js';
import { runCommand } from './machine/command-run.js';
import type { RingTools } from './ring-tools.js';

/** Protects nothing: the file lies beside it. Keystores must have one. */
const KEYSTORE_PASSWORD = 'cassmail';
/** Nodes that join later have a place in it, too. */
const ADDRESSES = 16;
const KEYTOOL_TIMEOUT_MS = 60_000;

/** The certificate in PEM: what a client must trust. */
export function certificateFile(ringFolder: string): string {
  return join(ringFolder, 'tls', 'ring.pem');
}

export function clientEncryption(ringFolder: string): CassandraSettings {
  return {
    client_encryption_options: {
      enabled: true,
      optional: false,
      keystore: join(ringFolder, 'tls', 'ring.p12'),
      keystore_password: KEYSTORE_PASSWORD,
      store_type: 'PKCS12',
      require_client_auth: false,
    },
  };
}

/** Makes it where it is not there yet. */
export async function ensureCertificate(
  java: string,
  { folder, firstAddress }: { readonly folder: string; readonly firstAddress: string },
  tools: RingTools,
): Promise<void> {
  if (existsSync(certificateFile(folder))) return;
  mkdirSync(join(folder, 'tls'), { recursive: true });
  const store = [
    '-alias',
    'ring',
    '-keystore',
    join(folder, 'tls', 'ring.p12'),
    '-storepass',
    KEYSTORE_PASSWORD,
  ];
  const names = ['dns:localhost', ...addressRun(firstAddress, ADDRESSES).map((address) => `ip:${address}`)];
  const subject = ['-dname', 'CN=cassmail ring', '-ext', `SAN=${names.join(',')}`];
  const kind = ['-storetype', 'PKCS12', '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '3650'];
  await keytool(java, ['-genkeypair', ...store, ...kind, ...subject], tools);
  await keytool(java, ['-exportcert', '-rfc', '-file', certificateFile(folder), ...store], tools);
}

async function keytool(java: string, words: readonly string[], tools: RingTools): Promise<void> {
  const program = join(dirname(java), 'keytool');
  const { environment, signal } = tools;
  const result = await runCommand({ program, words, environment, timeoutMs: KEYTOOL_TIMEOUT_MS, signal });
  if (result.exitCode !== 0) throw new Failure('lab-ring-failed', `keytool failed:\n${result.output}`);
}
