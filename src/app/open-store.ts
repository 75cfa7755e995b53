// The only place that picks a store.
import { join } from 'node:path';
import type { Config } from '../config/definition.js';
import type { Store } from '../store/api/store.js';
import { openCassandraStore } from '../store/cassandra/cassandra-store.js';
import type { RingSurroundings } from '../store/cassandra/connection/connect-ring.js';
import { openEmbeddedStore } from '../store/embedded/embedded-store.js';
import { ringSettingsOf } from './ring-settings.js';

const STORE_FOLDER = 'store';

export interface OpenStoreOptions {
  /** The primary of a node owns an embedded store's folder and says what the store promises; its workers join in. */
  readonly role: 'node' | 'worker';
  /** Ends the wait for a ring that cannot be reached. */
  readonly stop?: AbortSignal;
}

export async function openStore(
  config: Config,
  surroundings: RingSurroundings,
  { role, stop }: OpenStoreOptions,
): Promise<Store> {
  if (config.store.kind === 'cassandra') {
    const options = stop === undefined ? {} : { stop };
    return openCassandraStore(ringSettingsOf(config.store.cassandra), surroundings, options);
  }
  const folder = join(config.data, STORE_FOLDER);
  const store = await openEmbeddedStore({ folder, role, ...surroundings });
  if (role === 'node') surroundings.log.write('store.promise', { says: store.promise });
  return store;
}
