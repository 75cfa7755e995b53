// A worker as a process of its own, forked by node's cluster module so that all of them share the listening ports.
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker } from './worker-messages.js';
import type { WorkerProcess } from './worker-pool.js';

/** What a worker runs; where the program was built to. */
const PROGRAM = fileURLToPath(new URL('../main/worker.js', import.meta.url));

/**
 * Workers run as this process does: with its flags for V8 (a larger young generation, ADR 0006). Each takes its
 * connections from the shared port itself: handing them out from the primary costs a message between processes each.
 */
export function prepareForking(): void {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: PROGRAM, args: [], serialization: 'advanced' });
}

export function forkWorker(): WorkerProcess {
  const worker = cluster.fork();
  return {
    pid: worker.process.pid ?? 0,
    send: (message) => send(worker, message),
    kill: () => void worker.process.kill('SIGKILL'),
    onMessage: (hear) => worker.on('message', (message: FromWorker) => hear(message)),
    onExit: (hear) =>
      worker.once('exit', (code: number | null, signal: string | null) => hear(signal ?? `code ${code}`)),
  };
}

function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => undefined); // an error: it is gone, and its exit will be heard
}
