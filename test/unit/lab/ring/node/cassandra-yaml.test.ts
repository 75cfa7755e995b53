import { describe, expect, it } from '@jest/globals';
import { cassandraYaml, type NodeSettings } from '../../../../../src/lab/ring/node/cassandra-yaml.js';

const node: NodeSettings = {
  clusterName: 'cassmail: "test"',
  address: '127.0.0.2',
  nativePort: 19042,
  storagePort: 17000,
  token: '-9223372036854775808',
  bootstraps: false,
  seeds: ['127.0.0.1', '127.0.0.3'],
  commitlog: 'group',
  folder: '/rings/one/node-2',
  overrides: {},
};

function keys(settings: Partial<NodeSettings>): Readonly<Record<string, unknown>> {
  const lines = cassandraYaml({ ...node, ...settings })
    .trimEnd()
    .split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), JSON.parse(line.slice(colon + 2))];
    }),
  );
}

describe('cassandra.yaml of a ring node', () => {
  it('says where the node listens and keeps its data', () => {
    expect(keys({})).toMatchObject({
      cluster_name: 'cassmail: "test"',
      listen_address: '127.0.0.2',
      rpc_address: '127.0.0.2',
      native_transport_port: 19042,
      storage_port: 17000,
      data_file_directories: ['/rings/one/node-2/data'],
    });
  });

  it('writes the token as text: as a number it would lose digits', () => {
    expect(keys({})['initial_token']).toBe('-9223372036854775808');
  });

  it('names the seeds with the storage port', () => {
    expect(JSON.stringify(keys({})['seed_provider'])).toContain('"seeds":"127.0.0.1:17000,127.0.0.3:17000"');
  });

  it('takes over data only where it is told to', () => {
    expect(keys({})['auto_bootstrap']).toBe(false);
    expect(keys({ bootstraps: true })['auto_bootstrap']).toBe(true);
  });

  it.each([
    ['group', { commitlog_sync: 'group', commitlog_sync_group_window: '2ms' }],
    ['periodic', { commitlog_sync: 'periodic', commitlog_sync_period: '10000ms' }],
    ['batch', { commitlog_sync: 'batch' }],
  ] as const)('syncs the commit log by %s with what that needs and no more', (commitlog, expected) => {
    const written = Object.entries(keys({ commitlog })).filter(([key]) => key.startsWith('commitlog_sync'));
    expect(Object.fromEntries(written)).toEqual(expected);
  });

  it('lets an override win, and has each key once', () => {
    const text = cassandraYaml({ ...node, overrides: { concurrent_writes: 7, authenticator: 'Password' } });
    expect(text.match(/^concurrent_writes: .*$/gm)).toEqual(['concurrent_writes: 7']);
    expect(text).toContain('authenticator: "Password"\n');
  });
});
