import { availableParallelism } from 'node:os';
import type { Config } from '../config/definition.js';

/** None where nothing that workers do is among the roles. */
export function workerCount({ workers, roles }: Config): number {
  if (!roles.includes('smtp') && !roles.includes('pop3')) return 0;
  return workers === 'auto' ? availableParallelism() : workers;
}
