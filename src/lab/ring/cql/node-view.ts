// How a node sees the ring, and whether all nodes see the same. Cassandra serves as soon as it listens, but a node that
// has not heard of another yet refuses or misplaces what belongs there; so a ring is up when its nodes agree.
import { probe, type ProbeTarget } from './cql-probe.js';

/** One node in the eyes of one. */
export interface Sighting {
  readonly address: string;
  /** NORMAL, BOOT, LEAVING, LEFT, …; empty while nothing is known. */
  readonly status: string;
  /** New with each start of the node. */
  readonly generation: number;
  /** Rises every second while the node lives. */
  readonly heartbeat: number;
  /** Has said that it takes clients. */
  readonly isServing: boolean;
  readonly schema: string;
  readonly loadBytes: number;
}

export interface NodeView {
  readonly observer: string;
  readonly sightings: readonly Sighting[];
  /** How many others a driver is told about. */
  readonly peers: number;
}

export interface Agreement {
  /** All nodes that belong to the ring, up or down. */
  readonly members: number;
  /** By address, the heartbeat from which on hearing of a node counts: of one that was silent, old news do not. */
  readonly heardSince: ReadonlyMap<string, number>;
}

export async function readNodeView(target: ProbeTarget, timeoutMs: number): Promise<NodeView> {
  const columns = 'address, status_with_port, generation, heartbeat, rpc_ready, "schema", load';
  const gossip = await probe(target, `SELECT JSON ${columns} FROM system_views.gossip_info`, timeoutMs);
  const peers = await probe(target, 'SELECT JSON peer FROM system.peers_v2', timeoutMs);
  return { observer: target.address, sightings: gossip.map(parseSighting), peers: peers.length };
}

/** A row of system_views.gossip_info: all texts, except generation and heartbeat. */
export function parseSighting(row: unknown): Sighting {
  const field = (name: string): string => {
    const value: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  return {
    address: field('address'),
    status: field('status_with_port').split(',')[0] ?? '',
    generation: Number(field('generation')),
    heartbeat: Number(field('heartbeat')),
    isServing: field('rpc_ready') === 'true',
    schema: field('schema'),
    loadBytes: Number(field('load')),
  };
}

export function sightingOf(view: NodeView, address: string): Sighting | undefined {
  return view.sightings.find((sighting) => sighting.address === address);
}

/** Why these nodes, all that run, do not agree on the ring yet; undefined when they do. */
export function disagreement(views: readonly NodeView[], agreement: Agreement): string | undefined {
  for (const view of views) {
    if (view.peers !== agreement.members - 1) {
      return `${view.observer} knows ${view.peers} of ${agreement.members - 1} other nodes`;
    }
    for (const subject of views) {
      const doubt = doubtAbout(subject, view, agreement.heardSince.get(subject.observer) ?? 0);
      if (doubt !== undefined) return doubt;
    }
  }
  return undefined;
}

function doubtAbout(subject: NodeView, view: NodeView, heardSince: number): string | undefined {
  const [observer, address] = [view.observer, subject.observer];
  const [seen, self] = [sightingOf(view, address), sightingOf(subject, address)];
  if (seen === undefined || self === undefined) return `${observer} does not see ${address}`;
  if (seen.status !== 'NORMAL')
    return `${observer} sees ${address} as ${seen.status || 'unknown'}, not as NORMAL`;
  if (seen.generation !== self.generation) return `${observer} has not noticed the restart of ${address}`;
  if (seen.heartbeat < heardSince) return `${observer} has not heard from ${address} again`;
  if (!seen.isServing) return `${observer} does not know yet that ${address} takes clients`;
  if (seen.schema !== self.schema) return `${observer} and ${address} do not have the same schema yet`;
  return undefined;
}
