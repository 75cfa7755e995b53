// LMDB, as the embedded store uses it. The only file that knows the package `lmdb`.
//
// *Durable* means: `transact` resolves after LMDB's own synchronous commit, which syncs the data pages and then writes
// the meta page through a descriptor opened with O_DSYNC. So `overlappingSync` must be off: with it (the package's
// default) a commit is reported when it is visible, before it is on the disk (docs/adr/0002).
//
// Changes asked for while a commit is on its way go into the next one together, whoever asked: that is the group
// commit. A change decides by reading and then writes; it must not throw between two writes, since the changes that
// share its transaction are committed all the same.
//
// A process that is to end while a commit is on its way kills itself: the engine's thread waits for JavaScript in the
// middle of it, with the lock of all writers in its hands, and Node waits for that thread, both for ever. Killed, it
// leaves what a crash leaves: nothing of that commit, and a lock that the next writer takes over.
import { open, type Database, type RootDatabase } from 'lmdb';
import { isError } from '../../base/is-error.js';
import type { KeyRange, Table, TableEntry } from './table.js';

/** Address space, not disk: far more than any mail store on one machine, far less than a process may map. */
const MAP_BYTES = 2 ** 40;
/** A claim takes some hundred bytes. */
const PASSING_MAP_BYTES = 2 ** 30;
const MOST_TABLES = 32;
/** Each process that reads takes a few. */
export const MOST_READERS = 1024;

type Bytes = Database<Uint8Array, Uint8Array>;

export class Engine {
  readonly #root: RootDatabase<Uint8Array, Uint8Array>;
  #underWay = 0;
  readonly #onExit = (): void => {
    if (this.#underWay > 0) process.kill(process.pid, 'SIGKILL');
  };

  private constructor(root: RootDatabase<Uint8Array, Uint8Array>) {
    this.#root = root;
    process.on('exit', this.#onExit);
  }

  static open(folder: string): Engine {
    return Engine.#open(folder, { mapSize: MAP_BYTES });
  }

  /**
   * For what nobody needs after the machine has gone down: atomic and shared like everything else, and not synced. After a
   * power cut such a folder may be damaged; whoever opens it first makes it anew.
   */
  static openPassing(folder: string): Engine {
    return Engine.#open(folder, { mapSize: PASSING_MAP_BYTES, noSync: true });
  }

  static #open(folder: string, options: { readonly mapSize: number; readonly noSync?: boolean }): Engine {
    const root = open<Uint8Array, Uint8Array>({
      ...options,
      path: folder,
      noSubdir: false,
      overlappingSync: false,
      eventTurnBatching: false, // its batches have a promise that nobody can hold: unhandled when a commit fails
      maxDbs: MOST_TABLES,
      maxReaders: MOST_READERS,
      keyEncoding: 'binary',
      encoding: 'binary',
    });
    return new Engine(root);
  }

  /** Made where it is missing. */
  table(name: string): Table {
    return new LmdbTable(this.#root.openDB({ name, keyEncoding: 'binary', encoding: 'binary' }));
  }

  /** From now on reads see everything that was committed up to now, by any process. */
  refresh(): void {
    this.#root.resetReadTxn();
  }

  /** Runs the change in the next transaction; resolves with its answer when that is durable. */
  async transact<T>(change: () => T): Promise<T> {
    this.#underWay += 1;
    try {
      return await this.#root.transaction(change);
    } catch (error) {
      throw await causeOf(error);
    } finally {
      this.#underWay -= 1;
    }
  }

  async close(): Promise<void> {
    await this.#root.close();
    process.off('exit', this.#onExit);
  }
}

class LmdbTable implements Table {
  readonly #table: Bytes;

  constructor(table: Bytes) {
    this.#table = table;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#table.getBinary(key);
  }

  has(key: Uint8Array): boolean {
    return this.#table.doesExist(key);
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#table.putSync(key, value);
  }

  remove(key: Uint8Array): void {
    this.#table.removeSync(key);
  }

  entries(range: KeyRange, limit: number): readonly TableEntry[] {
    return [...this.#table.getRange({ ...range, limit })];
  }

  keys(range: KeyRange, limit: number): readonly Uint8Array[] {
    return [...this.#table.getKeys({ ...range, limit })];
  }
}

/**
 * A commit that fails rejects everything in it with an error that carries the reason as a promise of its own, which
 * rejects too. Awaiting it here both finds the reason and keeps it from becoming an unhandled rejection.
 */
async function causeOf(error: unknown): Promise<unknown> {
  if (!isError(error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

/** The engine's number for what went wrong: an errno when positive, LMDB's own when negative. */
export function engineCode(error: unknown): number | undefined {
  return isError(error) && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}
