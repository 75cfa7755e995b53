// `cassmail start`: one node, from its configuration to a signal that ends it.
import { hostname } from 'node:os';
import { systemClock, systemTimers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import { createLog, type Log } from '../base/log.js';
import { Metrics } from '../base/metrics.js';
import { systemRandom } from '../base/random.js';
import type { Surroundings } from '../base/surroundings.js';
import type { ExitCode, Verb, VerbCall } from '../base/verb.js';
import { programVersion } from '../base/version.js';
import { configRequest, SET_OPTION } from '../config/config-call.js';
import type { Config } from '../config/definition.js';
import { loadConfig } from '../config/load-config.js';
import { Heartbeat } from './heartbeat.js';
import { MeasuringTap } from './measuring-tap.js';
import { nodeName } from './node-name.js';
import { openStore } from './open-store.js';
import { StopSignal } from './stop-signal.js';
import { Upkeep } from './upkeep.js';

export function startVerb(surroundings: Surroundings): Verb {
  return {
    path: ['start'],
    summary: 'run a node',
    options: [SET_OPTION],
    run: (call) => start(surroundings, call),
  };
}

async function start(surroundings: Surroundings, call: VerbCall): Promise<ExitCode> {
  const { config, file } = loadConfig(configRequest(call, surroundings));
  const log = createLog({ level: config.log.level, format: logFormat(config) });
  const stop = new StopSignal();
  const name = nodeName(hostOf(config), systemRandom);
  log.write('node.starting', {
    node: name,
    version: programVersion(),
    configuration: file ?? 'defaults',
    store: config.store.kind,
  });
  try {
    await run(config, { name, log, stop });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (!stop.signal.aborted) {
      log.write('node.failed', { code: error.code, says: error.message });
      return 1;
    }
  } finally {
    stop.release();
  }
  log.write('node.stopped');
  return 0;
}

interface NodeParts {
  readonly name: string;
  readonly log: Log;
  readonly stop: StopSignal;
}

async function run(config: Config, { name, log, stop }: NodeParts): Promise<void> {
  const [clock, timers, random, metrics] = [systemClock, systemTimers, systemRandom, new Metrics()];
  const tap = new MeasuringTap(clock, metrics);
  const parts = { clock, timers, random, log, metrics, tap, processName: name };
  const store = await openStore(config, parts, stop.signal);
  const { roles } = config;
  const node = { name, url: ownUrl(config), roles, version: programVersion() };
  const heartbeat = new Heartbeat(node, { nodes: store.nodes, clock, timers, log });
  const { bodies, nodes } = store;
  const upkeep = new Upkeep({ bodies, nodes, nodeName: name, clock, timers, random, log });
  try {
    await heartbeat.start();
    upkeep.start();
    log.write('node.started', { roles });
    log.write('node.serves-no-mail');
    log.write('node.stopping', { signal: await stop.received() });
    await heartbeat.stop();
  } finally {
    await store.close();
    await upkeep.stop();
  }
}

function hostOf(config: Config): string {
  return config.hostname === 'auto' ? hostname() : config.hostname;
}

function ownUrl({ admin }: Config): string {
  const { host, port } = admin.advertise ?? admin.listen;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function logFormat({ log }: Config): 'json' | 'pretty' {
  if (log.format !== 'auto') return log.format;
  return process.stderr.isTTY ? 'pretty' : 'json';
}
