// The only place that picks a store.
import { join } from 'node:path';
import type { Config } from '../config/definition.js';
import type { Store } from '../store/api/store.js';
import { openCassandraStore } from '../store/cassandra/cassandra-store.js';
import type { RingSurroundings } from '../store/cassandra/connection/connect-ring.js';
import { openEmbeddedStore } from '../store/embedded/embedded-store.js';
import { ringSettingsOf } from './ring-settings.js';

const STORE_FOLDER = 'store';

/** Waits for a ring that cannot be reached, until `stop`. */
export async function openStore(
  config: Config,
  surroundings: RingSurroundings,
  stop: AbortSignal,
): Promise<Store> {
  if (config.store.kind === 'cassandra') {
    return openCassandraStore(ringSettingsOf(config.store.cassandra), surroundings, { stop });
  }
  const store = await openEmbeddedStore({
    folder: join(config.data, STORE_FOLDER),
    role: 'node',
    ...surroundings,
  });
  surroundings.log.write('store.promise', { says: store.promise });
  return store;
}
