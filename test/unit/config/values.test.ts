import { describe, expect, it } from '@jest/globals';
import type { ReplicationFactor } from '../../../src/config/ring-kinds.js';
import { configOf } from '../../config-file.js';

const KIB = 1024;

function factor(text: string): ReplicationFactor {
  return configOf(`store: { cassandra: { replicationFactor: ${text} } }`).store.cassandra.replicationFactor;
}

describe('values', () => {
  it.each([
    ['64KiB', 64 * KIB],
    ['1MiB', KIB ** 2],
    ['2GiB', 2 * KIB ** 3],
    ['1024B', KIB],
    ['50 MiB', 50 * KIB ** 2],
  ])('%s is %d bytes', (text, bytes) => {
    expect(configOf(`limits: { messageSize: ${text} }`).limits.messageSize).toBe(bytes);
  });

  it.each([
    ['1000ms', 1000],
    ['30s', 30_000],
    ['5m', 300_000],
    ['4h', 14_400_000],
    ['5d', 432_000_000],
  ])('%s is %d milliseconds', (text, ms) => {
    expect(configOf(`relay: { retry: { first: 1s, warnAfter: ${text} } }`).relay.retry.warnAfter).toBe(ms);
  });

  it('unlimited is more than any number', () => {
    const { mailboxes } = configOf('mailboxes: { quotaBytes: unlimited, quotaMessages: 5 }');
    expect(mailboxes).toMatchObject({ quotaBytes: Number.POSITIVE_INFINITY, quotaMessages: 5 });
  });

  it.each([
    ['"127.0.0.1:0"', { host: '127.0.0.1', port: 0 }],
    ['0.0.0.0:25', { host: '0.0.0.0', port: 25 }],
    ['"[::1]:2525"', { host: '::1', port: 2525 }],
    ['"[::]:65535"', { host: '::', port: 65_535 }],
  ])('%s is an address to listen at', (text, address) => {
    expect(configOf(`smtp: { listen: [${text}] }`).smtp.listen).toEqual([address]);
  });

  it.each([
    ['127.0.0.0/8', { family: 4, address: '127.0.0.0', prefix: 8 }],
    ['10.1.2.3', { family: 4, address: '10.1.2.3', prefix: 32 }],
    ['"fd00::/8"', { family: 6, address: 'fd00::', prefix: 8 }],
    ['"::1"', { family: 6, address: '::1', prefix: 128 }],
  ])('%s is a network', (text, network) => {
    expect(configOf(`relay: { from: [${text}] }`).relay.from).toEqual([network]);
  });

  it('a domain is kept in the spelling that mail is routed by', () => {
    expect(configOf('domains: [Example.COM, bücher.example]').domains).toEqual([
      'example.com',
      'xn--bcher-kva.example',
    ]);
  });

  it('a replication factor is one number, or one for each data centre', () => {
    expect(factor('5')).toBe(5);
    expect(factor('{ datacenter1: 3, dc2: 2 }')).toEqual({ datacenter1: 3, dc2: 2 });
  });

  it('a destination that needs other limits leaves out what is as for all', () => {
    const { destinations } = configOf('relay: { destinations: { slow.example: { connections: 2 } } }').relay;
    expect(destinations['slow.example']).toEqual({ connections: 2 });
  });
});

describe('paths', () => {
  it('are relative to the file they stand in', () => {
    const given = {
      environment: { CASSMAIL_CONFIG: 'etc/node.yaml' },
      files: { 'etc/node.yaml': 'data: ../var' },
    };
    expect(configOf(undefined, given).data).toMatch(/cassmail-test-\w+\/var$/);
  });

  it('from the command line are relative to the current folder', () => {
    const given = {
      environment: { CASSMAIL_CONFIG: 'etc/node.yaml' },
      files: { 'etc/node.yaml': '' },
      flags: ['data=var'],
    };
    expect(configOf(undefined, given).data).toMatch(/cassmail-test-\w+\/var$/);
  });
});

describe('a secret', () => {
  const user = 'username: u';

  it('can stand in a file of its own, in the first line', () => {
    const files = { 'ring.secret': 'opensesame\nnot this\n' };
    const { cassandra } = configOf(`store: { cassandra: { ${user}, passwordFile: ring.secret } }`, {
      files,
    }).store;
    expect(cassandra.password).toBe('opensesame');
  });
});
