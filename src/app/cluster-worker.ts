// A worker as a process of its own, forked by node's cluster module so that all of them share the listening ports.
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker } from './worker-messages.js';
import type { WorkerProcess } from './worker-pool.js';

/** What a worker runs; where the program was built to. */
const PROGRAM = fileURLToPath(new URL('../main/worker.js', import.meta.url));

/** Room for young objects, and for the octets of mail that stream by (ADR 0006). V8 takes them at the start only. */
const MEMORY_FLAGS = ['--max-semi-space-size=64', '--initial-old-space-size=256'];

/**
 * Each worker takes its connections from the shared port itself: handing them out from the primary costs a message
 * between processes each.
 */
export function prepareForking(): void {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const execArgv = workerFlags(process.execArgv);
  cluster.setupPrimary({ exec: PROGRAM, args: [], execArgv, serialization: 'advanced' });
}

/** This process' own come last: of a flag that is given twice the last one counts. */
export function workerFlags(own: readonly string[]): string[] {
  return [...MEMORY_FLAGS, ...own];
}

export function forkWorker(): WorkerProcess {
  return workerProcess(cluster.fork());
}

export function workerProcess(worker: Worker): WorkerProcess {
  return {
    pid: worker.process.pid ?? 0,
    send: (message) => send(worker, message),
    kill: () => void worker.process.kill('SIGKILL'),
    onMessage: (hear) => worker.on('message', (message: FromWorker) => hear(message)),
    onExit: (hear) => hearExit(worker, hear),
  };
}

/** A process that could not be started never exits: the error is its end. Any other error leaves the exit to be heard. */
function hearExit(worker: Worker, hear: (how: string) => void): void {
  const gone = new Promise<string>((resolve) => {
    worker.once('exit', (code: number | null, signal: string | null) => resolve(signal ?? `code ${code}`));
    worker.on('error', (error: Error) => {
      if (worker.process.pid === undefined) resolve(error.message);
    });
  });
  void gone.then(hear);
}

function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => undefined); // an error: it is gone, and its exit will be heard
}
