// The configuration of one ring node. Written key by key as JSON values, which YAML contains, so that an override
// simply replaces a key and nothing needs quoting rules.

export const commitlogModes = ['group', 'periodic', 'batch'] as const;

/** group and batch acknowledge after fsync; periodic, Cassandra's own default, up to ten seconds before it. */
export type CommitlogMode = (typeof commitlogModes)[number];

/** Keys of cassandra.yaml. */
export type CassandraSettings = Readonly<Record<string, unknown>>;

export interface NodeSettings {
  readonly clusterName: string;
  readonly address: string;
  readonly nativePort: number;
  readonly storagePort: number;
  readonly token: string;
  /** Takes over its share of the data from the others; a node of a ring that is being formed has nothing to take. */
  readonly bootstraps: boolean;
  readonly seeds: readonly string[];
  readonly commitlog: CommitlogMode;
  readonly folder: string;
  /** Win over everything else. */
  readonly overrides: CassandraSettings;
}

export function cassandraYaml(node: NodeSettings): string {
  const settings = { ...identity(node), ...commitlog[node.commitlog], ...frugality, ...node.overrides };
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');
}

function identity(node: NodeSettings): CassandraSettings {
  const seeds = node.seeds.map((seed) => `${seed}:${node.storagePort}`).join(',');
  return {
    cluster_name: node.clusterName,
    partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
    endpoint_snitch: 'SimpleSnitch',
    num_tokens: 1,
    initial_token: node.token,
    auto_bootstrap: node.bootstraps,
    seed_provider: [
      { class_name: 'org.apache.cassandra.locator.SimpleSeedProvider', parameters: [{ seeds }] },
    ],
    listen_address: node.address,
    rpc_address: node.address,
    storage_port: node.storagePort,
    native_transport_port: node.nativePort,
    data_file_directories: [`${node.folder}/data`],
    commitlog_directory: `${node.folder}/commitlog`,
    hints_directory: `${node.folder}/hints`,
    saved_caches_directory: `${node.folder}/saved_caches`,
    cdc_raw_directory: `${node.folder}/cdc_raw`,
  };
}

const commitlog: Readonly<Record<CommitlogMode, CassandraSettings>> = {
  group: { commitlog_sync: 'group', commitlog_sync_group_window: '2ms' },
  periodic: { commitlog_sync: 'periodic', commitlog_sync_period: '10000ms' },
  batch: { commitlog_sync: 'batch' },
};

/** Several nodes on one small machine, with one client that counts as one IP address. */
const frugality: CassandraSettings = {
  commitlog_disk_access_mode: 'legacy',
  commitlog_segment_size: '32MiB',
  commitlog_total_space: '512MiB',
  native_transport_max_request_data_in_flight: '256MiB',
  native_transport_max_request_data_in_flight_per_ip: '192MiB',
  native_transport_max_threads: 32,
  concurrent_reads: 8,
  concurrent_writes: 128,
  concurrent_compactors: 1,
  compaction_throughput: '32MiB/s',
  memtable: { configurations: { trie: { class_name: 'TrieMemtable' }, default: { inherits: 'trie' } } },
  memtable_allocation_type: 'offheap_objects',
  memtable_heap_space: '64MiB',
  memtable_offheap_space: '128MiB',
  memtable_flush_writers: 1,
  networking_cache_size: '64MiB',
  file_cache_size: '64MiB',
  key_cache_size: '8MiB',
  counter_cache_size: '0MiB',
  auto_snapshot: false,
  hinted_handoff_throttle: '65536KiB',
  block_for_peers_timeout_in_secs: 2,
  paxos_variant: 'v2',
};
