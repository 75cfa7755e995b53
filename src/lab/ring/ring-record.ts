// What is remembered of a ring between two commands: its settings, its nodes, and which processes they are.
import type { CassandraSettings, CommitlogMode } from './node/cassandra-yaml.js';
import type { ProbeTarget, RingLogin } from './cql/cql-probe.js';
import type { ProcessMark } from './machine/process-mark.js';

/** Rises when what is written changes its meaning. */
export const RECORD_FORMAT = 1;

export interface RingSettings {
  readonly clusterName: string;
  readonly firstAddress: string;
  readonly nativePort: number;
  readonly storagePort: number;
  readonly heapMiB: number;
  readonly commitlog: CommitlogMode;
  /** Nodes ask for user name and password (at first cassandra, cassandra). */
  readonly wantsPassword: boolean;
  /** Nodes talk TLS with clients, each ring with a certificate of its own. */
  readonly usesTls: boolean;
  /** Over the keys of cassandra.yaml. */
  readonly overrides: CassandraSettings;
  /** Over the environment variables of the node processes. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface RingRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly settings: RingSettings;
  /** All its nodes have agreed once: from then on it holds data worth keeping. */
  readonly isFormed: boolean;
  readonly nodes: readonly NodeRecord[];
}

export interface NodeRecord {
  /** 1 and up; a number is not used twice while a higher one exists. */
  readonly number: number;
  readonly address: string;
  readonly jmxPort: number;
  readonly token: string;
  readonly bootstraps: boolean;
  /** Its last process, which may be gone. */
  readonly process?: ProcessMark;
}

/** Cassandra's superuser as it is at first. */
export const initialLogin: RingLogin = { user: 'cassandra', password: 'cassandra' };

export function withNode(record: RingRecord, node: NodeRecord): RingRecord {
  const others = record.nodes.filter(({ number }) => number !== node.number);
  return { ...record, nodes: [...others, node].toSorted((a, b) => a.number - b.number) };
}

export function withoutNode(record: RingRecord, number: number): RingRecord {
  return { ...record, nodes: record.nodes.filter((node) => node.number !== number) };
}

export function isRingRecord(value: unknown): value is RingRecord {
  return typeof value === 'object' && value !== null && Reflect.get(value, 'format') === RECORD_FORMAT;
}

export function probeTarget({ nativePort, usesTls }: RingSettings, { address }: NodeRecord): ProbeTarget {
  return { address, port: nativePort, usesTls, login: initialLogin };
}
