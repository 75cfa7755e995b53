// The process of one ring node: made from its settings, ready when it answers a client. It runs in a session of its
// own, so that it outlives the command that started it and a Ctrl-C there does not reach it.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../../base/surroundings.js';
import { Failure } from '../../../base/failure.js';
import { cassandraYaml, type NodeSettings } from './cassandra-yaml.js';
import { daemonArguments } from './java-command.js';
import { logbackXml } from './logback-xml.js';
import type { Toolchain } from '../prerequisites.js';
import { markOf, type ProcessMark } from '../machine/process-mark.js';

export interface NodeLaunch {
  readonly toolchain: Toolchain;
  readonly settings: NodeSettings;
  readonly heapMiB: number;
  readonly jmxPort: number;
  readonly environment: Environment;
}

export function launchNode(launch: NodeLaunch): ProcessMark {
  const { toolchain, settings, heapMiB, jmxPort, environment } = launch;
  const { folder } = settings;
  makeRoomForLogs(join(folder, 'logs'));
  writeFileSync(join(folder, 'cassandra.yaml'), cassandraYaml(settings));
  writeFileSync(join(folder, 'logback.xml'), logbackXml(folder));
  const output = openSync(join(folder, 'logs', 'console.log'), 'a');
  try {
    const words = daemonArguments({ jars: toolchain.jars, folder, heapMiB, jmxPort });
    return launched(toolchain.java, words, { cwd: folder, env: environment, output });
  } finally {
    closeSync(output);
  }
}

function launched(
  java: string,
  words: readonly string[],
  options: { readonly cwd: string; readonly env: Environment; readonly output: number },
): ProcessMark {
  const { cwd, env, output } = options;
  let problem: Error | undefined;
  const child = spawn(java, words, { cwd, env, detached: true, stdio: ['ignore', output, output] });
  child.once('error', (error) => (problem = error));
  child.unref();
  const mark = child.pid === undefined ? undefined : markOf(child.pid);
  if (mark === undefined) throw new Failure('lab-ring-failed', `${java} did not start`, { cause: problem });
  return mark;
}

/** The logs of the start before this one are kept, those before it are not. */
function makeRoomForLogs(logs: string): void {
  rmSync(`${logs}.before`, { recursive: true, force: true });
  if (existsSync(logs)) renameSync(logs, `${logs}.before`);
  mkdirSync(logs, { recursive: true });
}
