// One node per data folder. Whoever holds the lock listens on a socket of its own; its record in the store names that
// socket, and takes effect by compare-and-set in a transaction. A socket that nobody answers on never comes back to
// life, since each start makes a new one: so a record is replaced only when its node is dead, however many nodes start
// at the same moment, and a node that was killed keeps nobody out.
import { unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { Failure } from '../../base/failure.js';
import { isError } from '../../base/is-error.js';
import type { Random } from '../../base/random.js';
import type { Engine } from './engine.js';
import { nameKey } from './keys.js';
import { encodeRecord, StoredRecord } from './record.js';
import type { Table } from './table.js';

/** The shortest limit there is (macOS), with its final NUL. */
const SOCKET_PATH_BYTES = 103;
const RECORD = nameKey('node');

export interface NodeLockOptions {
  readonly engine: Engine;
  readonly table: Table;
  readonly folder: string;
  readonly random: Random;
}

export class NodeLock {
  readonly #options: NodeLockOptions;
  readonly #server: Server;
  readonly #record: Uint8Array;

  private constructor(options: NodeLockOptions, server: Server, record: Uint8Array) {
    this.#options = options;
    this.#server = server;
    this.#record = record;
  }

  /** Fails with *store-in-use* while another node lives. */
  static async take(options: NodeLockOptions): Promise<NodeLock> {
    const socket = socketPath(options);
    const server = await listen(socket);
    try {
      const record = encodeRecord({ pid: process.pid, socket: recordedPath(socket, options.folder) });
      await replaceDeadRecord(options, record);
      return new NodeLock(options, server, record);
    } catch (error) {
      server.close();
      throw error;
    }
  }

  async release(): Promise<void> {
    const { engine, table } = this.#options;
    try {
      await engine.transact(() => {
        if (isSame(table.get(RECORD), this.#record)) table.remove(RECORD);
      });
    } finally {
      this.#server.close(); // which frees the folder too: a record whose socket is dead is replaced
    }
  }
}

async function replaceDeadRecord(options: NodeLockOptions, record: Uint8Array): Promise<void> {
  const { engine, table, folder } = options;
  for (;;) {
    engine.refresh();
    const seen = table.get(RECORD);
    if (seen !== undefined) await assertDead(seen, folder);
    const isReplaced = await engine.transact(() => {
      if (!isSame(table.get(RECORD), seen)) return false;
      table.put(RECORD, record);
      return true;
    });
    if (isReplaced) return;
  }
}

/** Removes what the dead node left in the folder. */
async function assertDead(bytes: Uint8Array, folder: string): Promise<void> {
  const record = new StoredRecord('the record of the running node', bytes);
  const recorded = record.text('socket');
  const socket = isAbsolute(recorded) ? recorded : join(folder, recorded);
  if (await isAnswered(socket)) {
    const pid = record.number('pid');
    throw new Failure('store-in-use', `another node (pid ${pid}) is running on the data folder ${folder}`);
  }
  try {
    unlinkSync(socket);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

function isAnswered(socket: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', (error) => {
      if (isErrno(error, 'ECONNREFUSED', 'ENOENT')) resolve(false);
      else if (isErrno(error, 'EAGAIN'))
        resolve(true); // its queue of callers is full
      else reject(error);
    });
  });
}

function listen(socket: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.on('error', reject);
    server.listen(socket, () => resolve(server));
    server.unref();
  });
}

/** In the folder, where two containers that share it would both see it; a path too long for that goes elsewhere. */
function socketPath({ folder, random }: NodeLockOptions): string {
  const name = `node-${Buffer.from(random.bytes(6)).toString('hex')}.sock`;
  const path = join(folder, name);
  return Buffer.byteLength(path) <= SOCKET_PATH_BYTES ? path : join(tmpdir(), `cassmail-${name}`);
}

/**
 * Relative where it is in the folder, which another node may reach by another path: moved meanwhile, or mounted
 * elsewhere in its container.
 */
function recordedPath(socket: string, folder: string): string {
  return dirname(socket) === folder ? relative(folder, socket) : socket;
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}

function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return isError(error) && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
