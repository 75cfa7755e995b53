// The nodes of a ring at a glance: what their processes do and how each of them sees the ring.
import { Failure } from '../../base/failure.js';
import { readNodeView, type NodeView } from './cql/node-view.js';
import { stateOf } from './machine/process-mark.js';
import { probeTarget, type NodeRecord, type RingRecord } from './ring-record.js';

const PROBE_TIMEOUT_MS = 3_000;

export interface NodeStatus {
  readonly number: number;
  readonly address: string;
  readonly port: number;
  /** Absent when it is down. */
  readonly pid?: number;
  /** silent: the process runs and does not answer (yet). */
  readonly state: 'up' | 'paused' | 'silent' | 'down';
  /** In the words of gossip, the nodes of this ring as this one sees them. */
  readonly sees: readonly { readonly number: number; readonly status: string }[];
  readonly loadBytes?: number;
}

export async function ringStatus(record: RingRecord): Promise<readonly NodeStatus[]> {
  return Promise.all(record.nodes.map((node) => nodeStatus(record, node)));
}

export function statusTable(nodes: readonly NodeStatus[]): readonly string[] {
  const rows = nodes.map(({ number, address, port, pid, state, sees, loadBytes }) => [
    String(number),
    `${address}:${port}`,
    pid === undefined ? '-' : String(pid),
    state,
    loadBytes === undefined ? '-' : `${(loadBytes / 1024 / 1024).toFixed(1)} MiB`,
    seenText(sees),
  ]);
  return aligned([['node', 'address', 'pid', 'state', 'load', 'sees'], ...rows]);
}

/** `1 2 3 NORMAL`, or `1 3 NORMAL, 2 LEAVING`. */
function seenText(sees: NodeStatus['sees']): string {
  const byStatus = new Map<string, number[]>();
  for (const { number, status } of sees) byStatus.set(status, [...(byStatus.get(status) ?? []), number]);
  const parts = [...byStatus].map(([status, numbers]) => `${numbers.join(' ')} ${status}`);
  return parts.length === 0 ? '-' : parts.join(', ');
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

async function nodeStatus(record: RingRecord, node: NodeRecord): Promise<NodeStatus> {
  const { number, address } = node;
  const base = { number, address, port: record.settings.nativePort, sees: [] };
  const state = stateOf(node.process);
  if (node.process === undefined || state === 'gone') return { ...base, state: 'down' };
  const { pid } = node.process;
  if (state === 'paused') return { ...base, pid, state };
  const view = await viewOf(record, node);
  return view === undefined ? { ...base, pid, state: 'silent' } : { ...base, pid, ...seenBy(view, record) };
}

function seenBy(view: NodeView, record: RingRecord): Pick<NodeStatus, 'state' | 'sees' | 'loadBytes'> {
  const sees = record.nodes.map(({ number, address }) => {
    const status = view.sightings.find((sighting) => sighting.address === address)?.status ?? '';
    return { number, status: status === '' ? 'unknown' : status };
  });
  const self = view.sightings.find((sighting) => sighting.address === view.observer);
  return { state: 'up', sees, loadBytes: self?.loadBytes ?? 0 };
}

/** Undefined where it does not answer: that is what its state then says. */
async function viewOf(record: RingRecord, node: NodeRecord): Promise<NodeView | undefined> {
  try {
    return await readNodeView(probeTarget(record.settings, node), PROBE_TIMEOUT_MS);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
