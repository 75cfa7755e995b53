// How the ring nodes keep their commit log: what their settings say, for the promise made to the operator.
import type { CommitLog } from '../promise.js';
import type { DriverClient } from './driver-client.js';

const settings = [
  'commitlog_sync',
  'commitlog_sync_period',
  'commitlog_sync_period_in_ms',
  'periodic_commitlog_sync_lag_block',
];

/** The weakest of the nodes that are up: one node with a periodic log is enough to lose its last seconds. */
export async function readCommitLog(client: Pick<DriverClient, 'run' | 'hosts'>): Promise<CommitLog> {
  const names = settings.map((name) => `'${name}'`).join(', ');
  let weakest: CommitLog = { mode: 'batch', periodMs: 0 };
  for (const host of client.hosts()) {
    const rows = await client.run(
      `SELECT name, value FROM system_views.settings WHERE name IN (${names})`,
      host,
    );
    const log = commitLogFrom(new Map(rows.map((row) => [String(row['name']), String(row['value'])])));
    if (log.periodMs >= weakest.periodMs) weakest = log;
  }
  return weakest;
}

export function commitLogFrom(values: ReadonlyMap<string, string>): CommitLog {
  const mode = values.get('commitlog_sync');
  if (mode === 'group' || mode === 'batch') return { mode, periodMs: 0 };
  const period = values.get('commitlog_sync_period') ?? values.get('commitlog_sync_period_in_ms');
  return { mode: 'periodic', periodMs: durationMs(period) ?? DEFAULT_PERIOD_MS };
}

const DEFAULT_PERIOD_MS = 10_000;
const msPerUnit: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000, m: 60_000 };

/** `10000ms`, `10s`, or a bare number of milliseconds. */
function durationMs(text: string | undefined): number | undefined {
  const [, digits, unit = ''] = /^(\d+)(ms|s|m|)$/.exec(text ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits) * (msPerUnit[unit] ?? 1);
}
