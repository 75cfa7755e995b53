// The store of a ring: every part over one Ring.
import type { Store } from '../api/store.js';
import { CassandraAccounts } from './accounts.js';
import { CassandraBodies } from './bodies.js';
import { CassandraClaims } from './claims.js';
import type { RingSettings, RingSurroundings } from './connection/connect-ring.js';
import { CassandraDirectory } from './directory.js';
import { CassandraMailboxes } from './mailboxes.js';
import { CassandraNodes } from './nodes.js';
import { openRing, type OpeningOptions, type OpenRing } from './open-ring.js';
import { CassandraQueue } from './queue.js';
import { WriteClock } from './write-clock.js';

/** Waits for a ring that cannot be reached; see `openRing` for what it refuses. */
export async function openCassandraStore(
  settings: RingSettings,
  surroundings: RingSurroundings,
  options: OpeningOptions = {},
): Promise<CassandraStore> {
  return new CassandraStore(await openRing(settings, surroundings, options), surroundings);
}

export class CassandraStore implements Store {
  readonly accounts: CassandraAccounts;
  readonly directory: CassandraDirectory;
  readonly mailboxes: CassandraMailboxes;
  readonly bodies: CassandraBodies;
  readonly claims: CassandraClaims;
  readonly queue: CassandraQueue;
  readonly nodes: CassandraNodes;
  readonly promise: string;
  readonly #opened: OpenRing;

  constructor(opened: OpenRing, surroundings: RingSurroundings) {
    const { ring, levels, trustedClock, promise } = opened;
    const writeClock = new WriteClock(surroundings.clock);
    const parts = { ...surroundings, ring, levels, trustedClock, writeClock };
    this.accounts = new CassandraAccounts(parts);
    this.directory = new CassandraDirectory(parts);
    this.bodies = new CassandraBodies(parts);
    this.mailboxes = new CassandraMailboxes({ ...parts, bodies: this.bodies });
    this.claims = new CassandraClaims(parts);
    this.queue = new CassandraQueue(parts);
    this.nodes = new CassandraNodes(parts);
    this.promise = promise;
    this.#opened = opened;
  }

  close(): Promise<void> {
    return this.#opened.close();
  }
}
