// `cassmail start`: one node, from its configuration to a signal that ends it.
import { Failure } from '../base/failure.js';
import { createLog } from '../base/log.js';
import { systemRandom } from '../base/random.js';
import type { Surroundings } from '../base/surroundings.js';
import type { ExitCode, Verb, VerbCall } from '../base/verb.js';
import { programVersion } from '../base/version.js';
import { configRequest, SET_OPTION } from '../config/config-call.js';
import { loadConfig } from '../config/load-config.js';
import { logCrash } from './crash-log.js';
import { logFormat } from './log-format.js';
import { nodeName } from './node-name.js';
import { runNode } from './node.js';
import { hostOf } from './own-certificate.js';
import { StopSignal } from './stop-signal.js';

export function startVerb(surroundings: Surroundings): Verb {
  return {
    path: ['start'],
    summary: 'run a node',
    options: [SET_OPTION],
    run: (call) => start(surroundings, call),
  };
}

async function start(surroundings: Surroundings, call: VerbCall): Promise<ExitCode> {
  const request = configRequest(call, surroundings);
  const { config, file } = loadConfig(request);
  const log = createLog({ level: config.log.level, format: logFormat(config) });
  logCrash(log);
  const stop = new StopSignal();
  const name = nodeName(hostOf(config), systemRandom);
  log.write('node.starting', {
    node: name,
    version: programVersion(),
    configuration: file ?? 'defaults',
    store: config.store.kind,
  });
  try {
    await runNode({ config, request, name, log, stop, terminal: call.terminal });
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
