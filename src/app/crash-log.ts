// The last line of a process that a bug ends: as a line of the log, and before anything else happens, since a store with
// a commit on its way ends the process at once (src/store/embedded/engine.ts).
import type { Log } from '../base/log.js';

export function logCrash(log: Log): void {
  process.on('uncaughtExceptionMonitor', (error) => log.write('process.crashed', { error }));
}
