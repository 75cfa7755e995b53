// `cassmail schema …`: the tables of the ring, without a running node.
import { hostname } from 'node:os';
import type { Failure } from '../base/failure.js';
import { systemClock, systemTimers } from '../base/clock.js';
import { createLog } from '../base/log.js';
import { Metrics } from '../base/metrics.js';
import { systemRandom } from '../base/random.js';
import type { Surroundings } from '../base/surroundings.js';
import type { ExitCode, Verb, VerbCall } from '../base/verb.js';
import { configRequest, SET_OPTION } from '../config/config-call.js';
import { loadConfig } from '../config/load-config.js';
import {
  connectRing,
  replicationOf,
  type RingSettings,
  type RingSurroundings,
} from '../store/cassandra/connection/connect-ring.js';
import { waitForRing } from '../store/cassandra/connection/wait-for-ring.js';
import { printSchema, schemaAsData } from '../store/cassandra/schema/print-schema.js';
import { inYaml } from '../store/cassandra/schema/replication-state.js';
import { SchemaKeeper, type SchemaStatus } from '../store/cassandra/schema/schema-keeper.js';
import { nodeName } from './node-name.js';
import { ringSettingsOf } from './ring-settings.js';

/** Somebody sits and waits: long enough for a ring that is just starting. */
const PATIENCE_MS = 15_000;

export function schemaVerbs(surroundings: Surroundings): readonly Verb[] {
  const settings = (call: VerbCall): RingSettings => {
    return ringSettingsOf(loadConfig(configRequest(call, surroundings)).config.store.cassandra);
  };
  return [
    {
      path: ['schema', 'print'],
      summary: 'show the CQL that makes keyspace and tables',
      options: [SET_OPTION],
      run: async (call) => print(settings(call), call),
    },
    {
      path: ['schema', 'status'],
      summary: 'say where the keyspace stands: files applied, files missing, replication',
      options: [SET_OPTION],
      run: async (call) => withKeeper(settings(call), (keeper) => status(keeper, settings(call), call)),
    },
    {
      path: ['schema', 'apply'],
      summary: 'create what is missing, finish what was left half done, alter the replication',
      options: [SET_OPTION],
      run: async (call) => withKeeper(settings(call), (keeper) => apply(keeper, call)),
    },
  ];
}

function print(settings: RingSettings, { isJson, terminal }: VerbCall): ExitCode {
  const replication = replicationOf(settings);
  if (isJson) terminal.print(JSON.stringify(schemaAsData(settings.keyspace, replication), undefined, 2));
  else terminal.print(printSchema(settings.keyspace, replication));
  return 0;
}

async function withKeeper(
  settings: RingSettings,
  use: (keeper: SchemaKeeper) => Promise<ExitCode>,
): Promise<ExitCode> {
  const surroundings: RingSurroundings = {
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log: createLog({ level: 'warn', format: 'pretty' }),
    metrics: new Metrics(),
    tap: { around: (_, send) => send() },
    processName: nodeName(hostname(), systemRandom),
  };
  const waiting = { ...surroundings, patienceMs: PATIENCE_MS };
  const connected = await waitForRing(() => connectRing(settings, surroundings), waiting);
  try {
    return await use(new SchemaKeeper({ ...surroundings, ...settings, ...connected, ...connected.shape }));
  } finally {
    await connected.client.close();
  }
}

async function apply(keeper: SchemaKeeper, { isJson, terminal }: VerbCall): Promise<ExitCode> {
  const changes = await keeper.apply();
  if (isJson) {
    terminal.print(JSON.stringify(changes, undefined, 2));
    return 0;
  }
  if (changes.keyspace === 'created') terminal.print('keyspace: created');
  if (changes.keyspace === 'altered') {
    terminal.print('keyspace: replication altered. What was stored before is not on its new replicas yet:');
    terminal.print(
      '          a repair is due (`nodetool repair -full` on each ring node, or `cassmail ring repair`)',
    );
  }
  for (const file of changes.applied) terminal.print(`${file}: applied`);
  if (changes.keyspace === 'as it was' && changes.applied.length === 0) terminal.print('nothing to do');
  return 0;
}

/** 1 where a node would refuse to start. */
async function status(
  keeper: SchemaKeeper,
  settings: RingSettings,
  { isJson, terminal }: VerbCall,
): Promise<ExitCode> {
  const found = await keeper.status();
  const refusal = keeper.refusalOf(found);
  if (isJson) terminal.print(JSON.stringify(statusAsData(found, refusal), undefined, 2));
  else for (const line of statusLines(found, refusal, settings)) terminal.print(line);
  return refusal === undefined ? 0 : 1;
}

function statusAsData(
  { replication, state, history, lockHolder }: SchemaStatus,
  refusal: Failure | undefined,
): object {
  return {
    replication: replication ?? null,
    state: state.kind,
    files: history,
    lockHolder: lockHolder ?? null,
    refusal: refusal === undefined ? null : { code: refusal.code, says: refusal.message },
  };
}

function* statusLines(
  { replication, state, history, lockHolder }: SchemaStatus,
  refusal: Failure | undefined,
  { keyspace }: RingSettings,
): Iterable<string> {
  yield replication === undefined
    ? `keyspace ${keyspace}: not there; the first start of a node creates it`
    : `keyspace ${keyspace}: replicas ${inYaml(replication)}`;
  for (const { name, begunAtMs, begunBy, finishedAtMs } of history) {
    const since = new Date(begunAtMs).toISOString();
    yield `${name}: ${finishedAtMs === undefined ? 'begun, not finished,' : 'applied'} ${since} by ${begunBy}`;
  }
  for (const file of state.kind === 'behind' ? state.missing : []) yield `${file.name}: not applied yet`;
  if (lockHolder !== undefined) yield `being changed now by ${lockHolder}`;
  if (refusal !== undefined) yield `a node would not start: ${refusal.message}`;
}
