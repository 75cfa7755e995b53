// The program of a worker process; `cassmail start` forks it, once for each core.
import { runWorker } from '../app/worker.js';

await runWorker();
