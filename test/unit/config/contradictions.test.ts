import { describe, expect, it } from '@jest/globals';
import { complaints } from '../../config-file.js';

describe('values that cannot stand together', () => {
  it.each([
    [
      'relay: { retry: { max: 1m } }',
      '1:24: relay.retry.max: shorter than relay.retry.first, which is the shortest wait',
    ],
    [
      'relay: { retry: { giveUpAfter: 1m } }',
      '1:32: relay.retry.giveUpAfter: shorter than relay.retry.first: nothing would ever be tried again',
    ],
    ['tls: { cert: a.pem }', '1:14: tls.cert: given without tls.key'],
    ['tls: { key: a.pem }', '1:13: tls.key: given without tls.cert'],
    [
      'store: { cassandra: { username: u } }',
      '1:33: store.cassandra.username: given without store.cassandra.password',
    ],
    [
      'store: { cassandra: { password: p } }',
      '1:33: store.cassandra.password: given without store.cassandra.username',
    ],
    [
      'store: { cassandra: { tls: { enabled: true, cert: a.pem } } }',
      '1:51: store.cassandra.tls.cert: given without store.cassandra.tls.key',
    ],
    [
      'store: { cassandra: { tls: { ca: a.pem } } }',
      '1:34: store.cassandra.tls.ca: given, but store.cassandra.tls.enabled is false: the ring would be spoken to unencrypted',
    ],
    [
      'store: { cassandra: { tls: { verify: false } } }',
      '1:38: store.cassandra.tls.verify: given, but store.cassandra.tls.enabled is false: the ring would be spoken to unencrypted',
    ],
    ['admin: { advertise: "10.0.0.1:8080" }', '1:21: admin.advertise: given without admin.peerSecret'],
    [
      'smtp: { listen: [] }\nsubmission: { listen: [], implicitTls: [] }',
      '1:17: smtp.listen: roles has smtp, but neither smtp nor submission has an address to listen at; give one, or take smtp out of roles',
    ],
    [
      'pop3: { listen: [], implicitTls: [] }',
      '1:17: pop3.listen: roles has pop3, but there is no address to listen at; give one, or take pop3 out of roles',
    ],
    [
      'pop3: { listen: ["127.0.0.1:2525"] }',
      '1:17: pop3.listen: 127.0.0.1:2525 cannot be listened at: smtp.listen has 127.0.0.1:2525 already',
    ],
    [
      'admin: { listen: "0.0.0.0:2110" }',
      '1:18: admin.listen: 0.0.0.0:2110 cannot be listened at: pop3.listen has 127.0.0.1:2110 already',
    ],
    [
      'smtp: { listen: ["[::]:8080"] }',
      'default: admin.listen: 127.0.0.1:8080 cannot be listened at: smtp.listen has [::]:8080 already',
    ],
    [
      'domains: [a.org]\nrelay: { routes: { a.org: "h:25" } }',
      '2:18: relay.routes: a.org is one of our own domains; its mail is not relayed',
    ],
  ])('%s', (yaml, expected) => {
    expect(complaints(yaml)).toEqual([
      expected.startsWith('default') ? expected : `cassmail.yaml:${expected}`,
    ]);
  });

  it.each([
    [
      'replicationFactor: 1, consistency: { write: TWO }',
      'store.cassandra.consistency.write: TWO needs 2 replicas, but store.cassandra.replicationFactor gives 1',
    ],
    [
      'replicationFactor: 2, consistency: { overrides: { retrieve: THREE } }',
      'store.cassandra.consistency.overrides.retrieve: THREE needs 3 replicas, but store.cassandra.replicationFactor gives 2',
    ],
    [
      'replicationFactor: { dc2: 3 }, consistency: { write: QUORUM, read: LOCAL_ONE }',
      'store.cassandra.consistency.read: LOCAL_ONE asks replicas in datacenter1, but store.cassandra.replicationFactor gives none there',
    ],
  ])('in a ring: %s', (keys, expected) => {
    const [complaint, ...more] = complaints(`store: { kind: cassandra, cassandra: { ${keys} } }`);
    expect(complaint?.replace(/^cassmail\.yaml:\d+:\d+: /, '')).toBe(expected);
    expect(more).toEqual([]);
  });

  it.each([
    'store: { cassandra: { replicationFactor: 1, consistency: { write: THREE } } }',
    'roles: [gateway]\nsmtp: { listen: [] }\nsubmission: { listen: [], implicitTls: [] }',
    'smtp: { listen: ["127.0.0.1:0"] }\npop3: { listen: ["127.0.0.1:0"] }',
    'smtp: { listen: ["127.0.0.1:25", "127.0.0.2:25", "[::1]:25"] }',
    'roles: [smtp]\nadmin: { listen: "127.0.0.1:2525" }',
    'relay: { retry: { giveUpAfter: 1h } }',
  ])('is not said of what is merely unused or pointless: %s', (yaml) => {
    expect(complaints(yaml)).toEqual([]);
  });
});

function ringOfUser(keys: string): string {
  return `store: { cassandra: { username: u, ${keys} } }`;
}

describe('a secret file', () => {
  it.each([
    ['passwordFile: none', 'there is no such file'],
    ['passwordFile: empty', 'has an empty first line; allowed: the secret'],
    ['passwordFile: .', 'is a folder; allowed: a file'],
  ])('%s is answered in words', (keys, expected) => {
    const [complaint] = complaints(ringOfUser(keys), { files: { empty: '\nsecond' } });
    expect(complaint).toMatch(/^cassmail\.yaml:1:50: store\.cassandra\.passwordFile: \//);
    expect(complaint).toContain(expected);
  });

  it('cannot be given together with the secret itself', () => {
    expect(complaints(ringOfUser('password: a, passwordFile: b'))).toEqual([
      'cassmail.yaml:1:63: store.cassandra.passwordFile: given together with store.cassandra.password; allowed: one of them',
    ]);
  });
});
