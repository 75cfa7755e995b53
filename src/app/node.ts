// One node, seen from its primary process: the store, the workers that serve mail, the HTTP interface and the
// heartbeat; started in this order, and ended the other way round.
import { systemClock, systemTimers } from '../base/clock.js';
import type { ProcessLog } from '../base/log.js';
import { Metrics } from '../base/metrics.js';
import { systemRandom } from '../base/random.js';
import type { Terminal } from '../base/verb.js';
import { programVersion } from '../base/version.js';
import { HomeDomain } from '../accounts/home-domain.js';
import { MemoryTallies } from '../accounts/memory-tallies.js';
import { answerTally } from '../accounts/tally-messages.js';
import type { Config } from '../config/definition.js';
import type { ConfigRequest } from '../config/load-config.js';
import { beginAdmin } from './admin.js';
import { forkWorker, prepareForking } from './cluster-worker.js';
import { Endings } from './endings.js';
import { firstLook } from './first-look.js';
import { Heartbeat } from './heartbeat.js';
import { LiveConfig } from './reload.js';
import { MeasuringTap } from './measuring-tap.js';
import { homeDomainSettings } from './mail-settings.js';
import type { NodeParts } from './node-parts.js';
import { openStore } from './open-store.js';
import { ownCertificate } from './own-certificate.js';
import { ownUrl } from './own-url.js';
import { postmasterOf } from './postmaster.js';
import type { StopSignal } from './stop-signal.js';
import { BESIDE_MS, DRAIN_MS, STORE_CLOSE_MS, WORKERS_END_MS } from './stop-times.js';
import { releaseClaims } from './dead-worker.js';
import { Upkeep } from './upkeep.js';
import { workerCount } from './worker-count.js';
import { WorkerPool } from './worker-pool.js';

export interface NodeOptions {
  readonly config: Config;
  /** How the configuration was read, to read it again. */
  readonly request: ConfigRequest;
  readonly name: string;
  readonly log: ProcessLog;
  readonly stop: StopSignal;
  readonly terminal: Terminal;
}

/** As node:tls wants them. */
const TICKET_KEY_OCTETS = 48;
const PROOF_KEY_OCTETS = 32;

/** Runs until the stop signal. */
export async function runNode(options: NodeOptions): Promise<void> {
  const { config, log, name, stop } = options;
  const metrics = new Metrics();
  metrics.includeProcess();
  const base = { clock: systemClock, timers: systemTimers, random: systemRandom, log, metrics };
  const tap = new MeasuringTap(systemClock, metrics);
  const surroundings = { ...base, tap, processName: name };
  const store = await openStore(config, surroundings, { role: 'node', stop: stop.signal });
  const endings = new Endings(base);
  endings.add('the store', () => store.close(), STORE_CLOSE_MS);
  try {
    await serve(options, { ...base, store }, endings);
  } finally {
    await endings.run();
  }
}

async function serve(options: NodeOptions, parts: NodeParts, endings: Endings): Promise<void> {
  const { config, log, stop } = options;
  await ownCertificate(config, parts); // before the workers, who would all make one
  const live = new LiveConfig(config, {
    request: options.request,
    log,
    apply: (changed) => pool.tellAll({ kind: 'config', config: changed }),
  });
  const pool = workerPool(options.name, live, parts);
  const homeDomain = new HomeDomain({
    ...parts,
    ...parts.store,
    settings: () => homeDomainSettings(live.current),
  });
  const people = {
    ...parts,
    homeDomain,
    postmaster: postmasterOf(() => live.current, { ...parts, homeDomain }),
  };
  const adminAt = await beginAdmin(
    {
      ...people,
      live,
      pool,
      nodeName: options.name,
      isStopping: () => stop.signal.aborted || endings.hasBegun,
    },
    endings,
  );
  endings.add('the workers', () => pool.stop(DRAIN_MS), WORKERS_END_MS);
  const workersAt = await Promise.race([pool.start(), stop.received().then(() => undefined)]);
  if (workersAt === undefined) return; // they may be waiting for a ring
  const listening = [...workersAt, ...adminAt];
  await beginHeartbeat(options, parts, endings);
  stop.onReload(() => live.reloadAndLog());
  for (const at of listening) log.write('node.listening', { ...at });
  log.write('node.started', { roles: config.roles, workers: pool.count });
  await firstLook(listening, { ...options, ...people });
  log.write('node.stopping', { signal: await stop.received() });
}

/** A worker that takes another's place begins with the configuration as it is by then. */
function workerPool(name: string, live: LiveConfig, parts: NodeParts): WorkerPool {
  const { clock, timers, random, log } = parts;
  const processName = (serial: number): string => `${name}/${serial}`;
  const ticketKeys = random.bytes(TICKET_KEY_OCTETS);
  const proofKey = random.bytes(PROOF_KEY_OCTETS);
  const tallies = new MemoryTallies({ clock });
  prepareForking();
  return new WorkerPool({
    count: workerCount(live.current),
    fork: forkWorker,
    begin: (serial) => ({
      kind: 'begin',
      config: live.current,
      processName: processName(serial),
      ticketKeys,
      proofKey,
    }),
    onDeath: (serial) => void releaseClaims(processName(serial), parts),
    answerTally: (request) => answerTally(tallies, request),
    timers,
    log,
  });
}

async function beginHeartbeat(
  { config, name }: NodeOptions,
  { store: { bodies, nodes }, ...parts }: NodeParts,
  endings: Endings,
): Promise<void> {
  const { roles } = config;
  const node = { name, url: ownUrl(config), roles, version: programVersion() };
  const heartbeat = new Heartbeat(node, { ...parts, nodes });
  const upkeep = new Upkeep({ ...parts, bodies, nodes, nodeName: name });
  await heartbeat.start();
  endings.addBeside('the heartbeat', () => heartbeat.stop(), BESIDE_MS);
  upkeep.start();
  endings.addBeside('the sweep of bodies', () => upkeep.stop(), BESIDE_MS);
}
