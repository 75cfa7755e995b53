// The keyspace and its tables: looked at, created where they are missing, altered on request. Any number of processes
// may do this at once: one applies the files under a lock, the others wait until it has finished. A start creates what
// was never there and refuses what it does not understand; only `schema apply` finishes what somebody else left half
// done or alters the replication.
import { Failure } from '../../../base/failure.js';
import type { Clock, Timers } from '../../../base/clock.js';
import type { Log } from '../../../base/log.js';
import type { Random } from '../../../base/random.js';
import type { DriverClient } from '../connection/driver-client.js';
import { isWorthWaiting } from '../connection/wait-for-ring.js';
import type { Replication } from '../replicas.js';
import type { Ring } from '../ring.js';
import { isSameReplication, replicationClause, replicationFailure } from './replication-state.js';
import type { Columns } from './schema-columns.js';
import { readSchemaFiles, statementsOf, type SchemaFile } from './schema-files.js';
import { SchemaPause } from './schema-pause.js';
import { columnsFailure, schemaStateOf, type AppliedFile, type SchemaState } from './schema-state.js';
import { SchemaTables } from './schema-tables.js';
import { SchemaView } from './schema-view.js';

export interface SchemaParts {
  readonly client: Pick<DriverClient, 'run' | 'runOnEach' | 'agreesOnSchema'>;
  readonly ring: Ring;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly processName: string;
  readonly keyspace: string;
  readonly replication: Replication;
  readonly localDataCenter: string;
  /** Ends waiting, wherever nothing is left half done by it: the process is to stop. */
  readonly stop?: AbortSignal | undefined;
}

export interface SchemaChanges {
  readonly keyspace: 'created' | 'altered' | 'as it was';
  /** Names of the files applied by this process. */
  readonly applied: readonly string[];
}

export interface SchemaStatus {
  /** Undefined: there is no such keyspace. */
  readonly replication: Replication | undefined;
  readonly state: SchemaState;
  readonly history: readonly AppliedFile[];
  readonly lockHolder: string | undefined;
}

const HISTORY_TABLES = ['schema_history', 'schema_lock'];
/** Others may create all tables of a fresh keyspace on a slow ring meanwhile. */
const PATIENCE_MS = 180_000;

export class SchemaKeeper {
  readonly #parts: SchemaParts;
  readonly #files = readSchemaFiles();
  readonly #historyFiles = this.#files.filter(({ number }) => number === 0);
  readonly #tables: SchemaTables;
  readonly #pause: SchemaPause;
  readonly #view: SchemaView;

  constructor(parts: SchemaParts) {
    this.#parts = parts;
    this.#tables = new SchemaTables(parts);
    this.#pause = new SchemaPause(parts);
    this.#view = new SchemaView({ ...parts, pause: this.#pause });
  }

  /** What a starting node does. */
  async create(): Promise<SchemaChanges> {
    const { keyspace, replication, stop } = this.#parts;
    const isNew = (await this.#view.replication(stop)) === undefined;
    if (isNew) await this.#createKeyspace();
    // Looked at again: another process may have created it at the same moment, and otherwise.
    const found = await this.#view.replication(stop);
    if (found !== undefined && !isSameReplication(found, replication)) {
      throw replicationFailure(keyspace, found, replication);
    }
    const applied = await this.#bringUpToDate((state) => {
      // Unless it is our own, interrupted a moment ago by a ring that did not answer in time.
      if (state.kind === 'partial' && state.begunBy !== this.#parts.processName) throw state.refusal;
      return completePartial(state);
    });
    return { keyspace: isNew ? 'created' : 'as it was', applied };
  }

  /** What an operator does with `schema apply`. */
  async apply(): Promise<SchemaChanges> {
    const { keyspace, replication, client, stop } = this.#parts;
    const found = await this.#view.replication(stop);
    const isOther = found !== undefined && !isSameReplication(found, replication);
    if (found === undefined) await this.#createKeyspace();
    else if (isOther) await client.run(`ALTER KEYSPACE ${keyspace} WITH ${replicationClause(replication)}`);
    const applied = await this.#bringUpToDate(completePartial);
    return { keyspace: found === undefined ? 'created' : isOther ? 'altered' : 'as it was', applied };
  }

  /** Changes nothing. */
  async status(): Promise<SchemaStatus> {
    const replication = await this.#view.replication(this.#parts.stop);
    const columns = await this.#view.columns();
    const unreadable = this.#historyState(columns);
    if (unreadable !== undefined) {
      return { replication, state: unreadable, history: [], lockHolder: undefined };
    }
    const { state, history } = await this.#look();
    return { replication, state, history, lockHolder: await this.#tables.lockHolder() };
  }

  /** Why a node would not start on a keyspace in this state. */
  refusalOf({ replication, state }: SchemaStatus): Failure | undefined {
    const { keyspace, replication: wanted } = this.#parts;
    if (replication !== undefined && !isSameReplication(replication, wanted)) {
      return replicationFailure(keyspace, replication, wanted);
    }
    return state.kind === 'partial' || state.kind === 'refused' ? state.refusal : undefined;
  }

  async #createKeyspace(): Promise<void> {
    const { client, keyspace, replication } = this.#parts;
    await client.run(`CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH ${replicationClause(replication)}`);
    await this.#agreement(this.#parts.stop);
  }

  async #bringUpToDate(
    filesToApply: (state: SchemaState) => readonly SchemaFile[],
  ): Promise<readonly string[]> {
    await this.#view.settled(this.#parts.stop);
    const unreadable = this.#historyState(await this.#view.columns());
    if (unreadable?.kind === 'refused') throw unreadable.refusal;
    if (unreadable !== undefined) await this.#createHistory();
    // A table that somebody else is making shows among the columns a moment before it can be used: to ask for it once
    // more waits for that moment.
    let isLockThere = unreadable !== undefined;
    const endsAtMs = this.#parts.clock.monotonicMs() + PATIENCE_MS;
    while (this.#parts.clock.monotonicMs() < endsAtMs) {
      const state = await this.#state();
      if (state.kind === 'current') return [];
      if (state.kind === 'refused') throw state.refusal;
      if (!isLockThere) await this.#createHistory();
      isLockThere = true;
      if (await this.#tables.lock()) {
        const applied = await this.#underLock(filesToApply);
        if (applied !== 'lock lost') return applied;
      }
      await this.#pause.once(this.#parts.stop);
    }
    throw new Failure(
      'schema-partial',
      `keyspace ${this.#parts.keyspace}: ${(await this.#tables.lockHolder()) ?? 'another process'} has been changing ` +
        `the schema for ${PATIENCE_MS / 1000} s: look at its log, then start again`,
    );
  }

  /** Looks again first: whoever had the lock before may have finished meanwhile. */
  async #underLock(
    filesToApply: (state: SchemaState) => readonly SchemaFile[],
  ): Promise<readonly string[] | 'lock lost'> {
    try {
      const files = filesToApply(await this.#state());
      for (const file of files) {
        if (!(await this.#applyFile(file))) return 'lock lost';
      }
      return files.map((file) => file.name);
    } finally {
      await this.#tables.unlock();
    }
  }

  /**
   * False where the lock was lost on the way: another process goes on from there. Goes on to its end even when the
   * process is to stop: a file begun and not finished would keep every node from starting.
   */
  async #applyFile(file: SchemaFile): Promise<boolean> {
    const { keyspace, log } = this.#parts;
    await this.#tables.begin(file);
    for (const statement of statementsOf(file, keyspace)) {
      if (!(await this.#applyStatement(statement))) return false;
    }
    await this.#agreement(undefined);
    await this.#tables.finish(file);
    log.write('schema.applied', { keyspace, file: file.name });
    return true;
  }

  /** False where the lock was lost. Given up while it is held, the file would stay unfinished: hence the patience. */
  async #applyStatement(statement: string): Promise<boolean> {
    const endsAtMs = this.#parts.clock.monotonicMs() + PATIENCE_MS;
    while (await this.#tables.keepLock()) {
      if (await this.#isDone(statement, endsAtMs)) return true;
      await this.#pause.once(undefined);
    }
    return false;
  }

  /** The two tables that the rest is recorded in and locked by: created by everybody who finds them missing. */
  async #createHistory(): Promise<void> {
    const { clock, keyspace, stop } = this.#parts;
    const endsAtMs = clock.monotonicMs() + PATIENCE_MS;
    for (const statement of this.#historyFiles.flatMap((file) => statementsOf(file, keyspace))) {
      while (!(await this.#isDone(statement, endsAtMs))) await this.#pause.once(stop);
    }
    await this.#agreement(stop);
  }

  /** False where it may be said again (as every statement may be): the node had not heard of the keyspace, or was busy. */
  async #isDone(statement: string, endsAtMs: number): Promise<boolean> {
    try {
      await this.#parts.client.run(statement);
      return true;
    } catch (error) {
      if (!isWorthWaiting(error) || this.#parts.clock.monotonicMs() >= endsAtMs) throw error;
      return false;
    }
  }

  async #state(): Promise<SchemaState> {
    return (await this.#look()).state;
  }

  /** The history first: what it calls finished was there before. */
  async #look(): Promise<Pick<SchemaStatus, 'state' | 'history'>> {
    const history = await this.#tables.history();
    const columns = await this.#view.columns();
    return { state: schemaStateOf(this.#files, { name: this.#parts.keyspace, history, columns }), history };
  }

  /** Where the history itself cannot be read: not there yet, or altered. */
  #historyState(columns: Columns): SchemaState | undefined {
    const refusal = columnsFailure(this.#historyFiles, { name: this.#parts.keyspace, columns });
    if (refusal !== undefined) return { kind: 'refused', refusal };
    const isThere = HISTORY_TABLES.every((table) => columns.has(table));
    return isThere ? undefined : { kind: 'behind', missing: this.#files };
  }

  /** Every node that is up knows the tables which we created. */
  async #agreement(stop: AbortSignal | undefined): Promise<void> {
    if (await this.#view.agreedWithin(PATIENCE_MS, stop)) return;
    throw new Failure(
      'store-unavailable',
      'the ring nodes do not agree on the schema: `nodetool describecluster` tells',
    );
  }
}

function completePartial(state: SchemaState): readonly SchemaFile[] {
  if (state.kind === 'refused') throw state.refusal;
  return state.kind === 'current' ? [] : state.missing;
}
