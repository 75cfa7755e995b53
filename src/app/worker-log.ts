// A worker's log: its lines say which worker, and what the primary says for the whole node is not said again by each.
import type { Log } from '../base/log.js';
import type { LogEvent } from '../base/log-events.js';

const SAID_BY_PRIMARY: ReadonlySet<LogEvent> = new Set(['store.promise', 'store.weak-reads']);

export function workerLog(log: Log, worker: string): Log {
  const named = log.with({ worker });
  return {
    write: (event, fields) => {
      if (!SAID_BY_PRIMARY.has(event)) named.write(event, fields);
    },
    with: (fields) => named.with(fields),
  };
}
