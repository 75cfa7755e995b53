// A worker process of a node: serves mail with the others on shared ports, and does what the primary says. Signals are
// the primary's to hear: a terminal's Ctrl-C reaches the workers too, and they wait for their orders.
import cluster from 'node:cluster';
import { systemClock, systemTimers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import { createLog, type ProcessLog } from '../base/log.js';
import { Metrics } from '../base/metrics.js';
import { systemRandom } from '../base/random.js';
import type { Config } from '../config/definition.js';
import { RemoteTallies } from '../accounts/remote-tallies.js';
import { logCrash } from './crash-log.js';
import { firstWord } from './first-word.js';
import { logFormat } from './log-format.js';
import { MailService } from './mail-service.js';
import { MeasuringTap } from './measuring-tap.js';
import { openStore } from './open-store.js';
import { WORKER_CLOSE_MS } from './stop-times.js';
import { workerLog } from './worker-log.js';
import type { BeginMessage, FromWorker, ToWorker } from './worker-messages.js';

const PRIMARYS_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

export async function runWorker(): Promise<void> {
  for (const signal of PRIMARYS_SIGNALS) process.on(signal, () => undefined);
  const word = firstWord(process);
  say({ kind: 'hears' });
  const begin = await word;
  if (begin === undefined) process.exit(0);
  const { log: settings } = begin.config;
  const processLog = createLog({ level: settings.level, format: logFormat(begin.config) });
  try {
    await serve(begin, processLog);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say({ kind: 'failed', code: error.code, says: error.message });
    process.exitCode = 1;
    process.disconnect();
  }
}

async function serve(
  { config, processName, ticketKeys, proofKey }: BeginMessage,
  processLog: ProcessLog,
): Promise<void> {
  const log = workerLog(processLog, processName);
  logCrash(log);
  const metrics = new Metrics();
  metrics.includeProcess();
  const base = { clock: systemClock, timers: systemTimers, random: systemRandom, log, metrics };
  const tap = new MeasuringTap(systemClock, metrics);
  const tallies = new RemoteTallies((request) => say({ kind: 'tally', request }), base);
  const beginning = new Beginning();
  const store = await openStore(config, { ...base, tap, processName }, { role: 'worker' });
  const service = await MailService.open(config, {
    ...base,
    store,
    processName,
    tallies,
    ticketKeys: Buffer.from(ticketKeys),
    proofKey,
    shareProof: (proof) => say({ kind: 'login-proven', proof }),
  });
  const apply = (changed: Config): void => {
    processLog.setLevel(changed.log.level);
    service.apply(changed);
  };
  const newer = beginning.end();
  if (newer !== undefined) apply(newer);
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'tally') tallies.hear(message.reply);
    else if (message.kind === 'login-proven') service.learn(message.proof);
    else if (message.kind === 'config') apply(message.config);
    else if (message.kind === 'metrics-wanted') void sayFigures(metrics, message.request);
    else if (message.kind === 'drain') void finish(service, store, message.ms);
  });
  say({ kind: 'up', listening: service.listening });
}

/** While a worker opens what it needs, nothing is in hand: told to end it does; a newer configuration is kept for later. */
class Beginning {
  #newer: Config | undefined;
  readonly #hear = (message: ToWorker): void => {
    if (message.kind === 'drain') process.exit(0);
    if (message.kind === 'config') this.#newer = message.config;
  };

  constructor() {
    process.on('message', this.#hear);
  }

  /** The configuration that came meanwhile, if any. */
  end(): Config | undefined {
    process.off('message', this.#hear);
    return this.#newer;
  }
}

async function sayFigures(metrics: Metrics, request: number): Promise<void> {
  say({ kind: 'metrics', request, snapshot: await metrics.snapshot() });
}

async function finish(service: MailService, store: { close(): Promise<void> }, ms: number): Promise<void> {
  await service.close(ms);
  await Promise.race([store.close(), systemTimers.sleep(WORKER_CLOSE_MS)]);
  process.exit(0);
}

/** A primary that is gone hears nothing; node ends this process then. */
function say(message: FromWorker): void {
  if (cluster.worker?.isConnected() === true) cluster.worker.send(message, () => undefined);
}
