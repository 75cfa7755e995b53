// The store of one machine: LMDB in a folder, shared by all processes of one node. `role` is *node* for the process
// that owns the folder while it runs, *worker* for those it starts: they attach to the same files beside it.
import type { Clock, Timers } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import type { Metrics } from '../../base/metrics.js';
import type { Random } from '../../base/random.js';
import type { StatementTap } from '../api/statement-tap.js';
import type { Store } from '../api/store.js';
import { EmbeddedAccounts } from './accounts.js';
import { EmbeddedBodies } from './bodies.js';
import { EmbeddedClaims, openClaimsEngine } from './claims.js';
import { assertSound } from './data-file.js';
import { EmbeddedDirectory } from './directory.js';
import { Engine } from './engine.js';
import { failureOfEngine } from './engine-failure.js';
import { Environment } from './environment.js';
import { dataFile, prepareFolder } from './folder.js';
import { assertFormat } from './format.js';
import { EmbeddedLeases } from './leases.js';
import { EmbeddedMailboxes } from './mailboxes.js';
import { NodeLock } from './node-lock.js';
import { EmbeddedNodes } from './nodes.js';
import { EmbeddedQueue } from './queue.js';
import { SliceTable } from './slices.js';
import { Tombstones } from './tombstones.js';

export interface EmbeddedStoreOptions {
  readonly folder: string;
  readonly role: 'node' | 'worker';
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly tap: StatementTap;
  readonly metrics?: Metrics;
  /** Writes handed to the engine and not durable yet. Far above what one commit gathers. */
  readonly inFlight?: number;
  /** Writes that may wait for their turn; the next one is told *too busy*. */
  readonly waiting?: number;
}

interface Engines {
  readonly mail: Engine;
  /** Not durable. */
  readonly claims: Engine;
}

const IN_FLIGHT = 1024;
const WAITING = 4096;

export class EmbeddedStore implements Store {
  readonly accounts: EmbeddedAccounts;
  readonly directory: EmbeddedDirectory;
  readonly mailboxes: EmbeddedMailboxes;
  readonly bodies: EmbeddedBodies;
  readonly claims: EmbeddedClaims;
  readonly queue: EmbeddedQueue;
  readonly nodes: EmbeddedNodes;
  readonly promise =
    'A 250 survives a crash of the program and a power cut: every commit is synced to disk before it is answered. It does not survive the loss of this disk.';
  readonly #environments: readonly Environment[];
  readonly #engines: Engines;
  readonly #lock: Pick<NodeLock, 'release'> | undefined;
  readonly #folder: string;
  #closed: Promise<void> | undefined;

  constructor(engines: Engines, lock: Pick<NodeLock, 'release'> | undefined, options: EmbeddedStoreOptions) {
    const { clock, timers, random, log, inFlight = IN_FLIGHT, waiting = WAITING } = options;
    const bounds = { ...options, inFlight, waiting };
    const environment = new Environment({ ...bounds, engine: engines.mail });
    const passing = new Environment({ ...bounds, engine: engines.claims });
    const table = (name: string) => engines.mail.table(name);
    this.#environments = [environment, passing];
    this.#engines = engines;
    this.#lock = lock;
    this.#folder = options.folder;
    this.accounts = new EmbeddedAccounts({ environment, table: table('accounts'), random }, clock);
    const directory = { domains: table('domains'), aliases: table('aliases') };
    this.directory = new EmbeddedDirectory(environment, directory, random);
    const bodies = { chunks: table('body-chunks'), holders: table('body-holders') };
    this.bodies = new EmbeddedBodies(environment, bodies, timers, random);
    const messages = { rows: table('messages'), smallBodies: table('message-bodies') };
    const tombstones = { rows: messages.rows, byAge: table('tombstones') };
    this.mailboxes = new EmbeddedMailboxes({
      environment,
      tables: messages,
      tombstones: new Tombstones(tombstones, clock),
      largeBodies: this.bodies,
    });
    this.claims = new EmbeddedClaims(passing, engines.claims.table('claims'));
    const slices = new SliceTable(table('queue-slices'));
    this.queue = new EmbeddedQueue({
      environment,
      leases: new EmbeddedLeases(environment, table('leases'), slices),
      slices,
      tables: { items: table('queue-items'), bodies: table('queue-bodies') },
      log,
    });
    this.nodes = new EmbeddedNodes(environment, table('nodes'));
  }

  /** May be called again: the end comes once. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all(this.#environments.map((environment) => environment.close()));
    try {
      await this.#lock?.release();
    } catch (error) {
      throw failureOfEngine(error, 'giving the data folder free', this.#folder);
    } finally {
      await this.#engines.claims.close();
      await this.#engines.mail.close();
    }
  }
}

/** Fails in words an operator can act on: *store-in-use*, *store-damaged*, *store-format*, *store-unusable*, *store-full*. */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  try {
    return await opened(options);
  } catch (error) {
    throw failureOfEngine(error, 'opening the store', options.folder);
  }
}

async function opened(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const { folder, role, random } = options;
  prepareFolder(folder);
  if (role === 'node') assertSound(dataFile(folder));
  const engine = Engine.open(folder);
  let lock: NodeLock | undefined;
  try {
    const table = engine.table('meta');
    await assertFormat(engine, table, folder);
    if (role === 'node') lock = await NodeLock.take({ engine, table, folder, random });
    const claims = openClaimsEngine(folder, { isFirst: role === 'node' });
    return new EmbeddedStore({ mail: engine, claims }, lock, options);
  } catch (error) {
    await lock?.release().catch(() => undefined); // why it was not opened is what counts
    await engine.close();
    throw error;
  }
}
