// Values that are each allowed and that cannot stand together: what they promise could never be kept, or a key would
// silently do nothing where its author surely meant something. Merely pointless combinations are let through.
import { isIPv6 } from 'node:net';
import { endpointText, type Endpoint } from './address-kinds.js';
import type { Config } from './definition.js';
import { replicaCount, type ConsistencyLevel } from './ring-kinds.js';

export interface Contradiction {
  /** The key to point at: the one most likely to be changed. */
  readonly key: string;
  readonly says: string;
}

export function contradictionsIn(config: Config): readonly Contradiction[] {
  return [
    ...rolesWithoutListeners(config),
    ...addressesTakenTwice(config),
    ...halfPairs(config),
    ...loginNowhere(config),
    ...impossibleRetries(config),
    ...(config.store.kind === 'cassandra' ? impossibleRing(config.store.cassandra) : []),
    ...unspokenTls(config.store.cassandra.tls),
    ...routedLocalDomains(config),
  ];
}

function* rolesWithoutListeners({ roles, smtp, submission, pop3 }: Config): Iterable<Contradiction> {
  const takesMail = smtp.listen.length + submission.listen.length + submission.implicitTls.length > 0;
  if (roles.includes('smtp') && !takesMail) {
    yield {
      key: 'smtp.listen',
      says: 'roles has smtp, but neither smtp nor submission has an address to listen at; give one, or take smtp out of roles',
    };
  }
  if (roles.includes('pop3') && pop3.listen.length + pop3.implicitTls.length === 0) {
    yield {
      key: 'pop3.listen',
      says: 'roles has pop3, but there is no address to listen at; give one, or take pop3 out of roles',
    };
  }
}

function* addressesTakenTwice(config: Config): Iterable<Contradiction> {
  const taken: { readonly key: string; readonly address: Endpoint }[] = [];
  for (const { key, address } of listeners(config)) {
    const other = taken.find((before) => isSamePort(before.address, address));
    if (other !== undefined) {
      yield {
        key,
        says: `${endpointText(address)} cannot be listened at: ${other.key} has ${endpointText(other.address)} already`,
      };
    }
    taken.push({ key, address });
  }
}

function* listeners({
  roles,
  smtp,
  submission,
  pop3,
  admin,
}: Config): Iterable<{ key: string; address: Endpoint }> {
  const lists = [
    { role: 'smtp', key: 'smtp.listen', addresses: smtp.listen },
    { role: 'smtp', key: 'submission.listen', addresses: submission.listen },
    { role: 'smtp', key: 'submission.implicitTls', addresses: submission.implicitTls },
    { role: 'pop3', key: 'pop3.listen', addresses: pop3.listen },
    { role: 'pop3', key: 'pop3.implicitTls', addresses: pop3.implicitTls },
    { role: 'admin', key: 'admin.listen', addresses: [admin.listen] },
  ] as const;
  for (const { role, key, addresses } of lists) {
    if (roles.includes(role)) yield* addresses.map((address) => ({ key, address }));
  }
}

/** 0.0.0.0 is every IPv4 address, :: is every address; port 0 is always another one. */
function isSamePort(a: Endpoint, b: Endpoint): boolean {
  if (a.port !== b.port || a.port === 0) return false;
  return a.host === b.host || isAnyOf(a.host, b.host) || isAnyOf(b.host, a.host);
}

function isAnyOf(any: string, host: string): boolean {
  return any === '::' || (any === '0.0.0.0' && !isIPv6(host));
}

/** Keys of which one means nothing without the other. */
function* halfPairs({ tls, store: { cassandra }, admin, relay }: Config): Iterable<Contradiction> {
  const pairs = [
    { key: 'tls.cert', isGiven: tls.cert, other: 'tls.key', isOtherGiven: tls.key, isMutual: true },
    {
      key: 'store.cassandra.tls.cert',
      isGiven: cassandra.tls.cert,
      other: 'store.cassandra.tls.key',
      isOtherGiven: cassandra.tls.key,
      isMutual: true,
    },
    {
      key: 'store.cassandra.username',
      isGiven: cassandra.username,
      other: 'store.cassandra.password',
      isOtherGiven: cassandra.password,
      isMutual: true,
    },
    {
      key: 'relay.smarthostLogin.user',
      isGiven: relay.smarthostLogin.user,
      other: 'relay.smarthostLogin.password',
      isOtherGiven: relay.smarthostLogin.password,
      isMutual: true,
    },
    {
      key: 'admin.advertise',
      isGiven: admin.advertise,
      other: 'admin.peerSecret',
      isOtherGiven: admin.peerSecret,
      isMutual: false,
    },
  ];
  for (const { key, isGiven, other, isOtherGiven, isMutual } of pairs) {
    if (isGiven !== undefined && isOtherGiven === undefined) yield { key, says: `given without ${other}` };
    if (isMutual && isGiven === undefined && isOtherGiven !== undefined)
      yield { key: other, says: `given without ${key}` };
  }
}

function* loginNowhere({ relay }: Config): Iterable<Contradiction> {
  if (relay.smarthostLogin.user !== undefined && relay.smarthost === undefined) {
    yield { key: 'relay.smarthostLogin.user', says: 'given without relay.smarthost' };
  }
}

function* impossibleRetries({ relay: { retry } }: Config): Iterable<Contradiction> {
  if (retry.max < retry.first) {
    yield { key: 'relay.retry.max', says: 'shorter than relay.retry.first, which is the shortest wait' };
  }
  if (retry.giveUpAfter < retry.first) {
    yield {
      key: 'relay.retry.giveUpAfter',
      says: 'shorter than relay.retry.first: nothing would ever be tried again',
    };
  }
}

function* impossibleRing({
  consistency,
  replicationFactor,
  localDataCenter,
}: Config['store']['cassandra']): Iterable<Contradiction> {
  const replicas = replicaCount(replicationFactor);
  const localReplicas =
    typeof replicationFactor === 'number' ? replicationFactor : (replicationFactor[localDataCenter] ?? 0);
  const { overrides, write, read } = consistency;
  const levels = { write, read, ...prefixed(overrides) };
  for (const [name, level] of Object.entries(levels)) {
    if (level === undefined) continue;
    const key = `store.cassandra.consistency.${name}`;
    if (leastReplicas(level) > replicas) {
      yield {
        key,
        says: `${level} needs ${leastReplicas(level)} replicas, but store.cassandra.replicationFactor gives ${replicas}`,
      };
    }
    if (level.startsWith('LOCAL_') && localReplicas === 0) {
      yield {
        key,
        says: `${level} asks replicas in ${localDataCenter}, but store.cassandra.replicationFactor gives none there`,
      };
    }
  }
}

function prefixed(
  overrides: Config['store']['cassandra']['consistency']['overrides'],
): Record<string, ConsistencyLevel | undefined> {
  return Object.fromEntries(
    Object.entries(overrides).map(([operation, level]) => [`overrides.${operation}`, level]),
  );
}

function leastReplicas(level: ConsistencyLevel): number {
  return level === 'TWO' ? 2 : level === 'THREE' ? 3 : 1;
}

/** A certificate named for a connection that would be in clear text is a mistake one would not notice. */
function* unspokenTls({
  enabled,
  ca,
  cert,
  verify,
}: Config['store']['cassandra']['tls']): Iterable<Contradiction> {
  if (enabled) return;
  const key = ca !== undefined ? 'ca' : cert !== undefined ? 'cert' : verify ? undefined : 'verify';
  if (key === undefined) return;
  yield {
    key: `store.cassandra.tls.${key}`,
    says: 'given, but store.cassandra.tls.enabled is false: the ring would be spoken to unencrypted',
  };
}

function* routedLocalDomains({ domains, relay }: Config): Iterable<Contradiction> {
  for (const domain of domains) {
    if (Object.hasOwn(relay.routes, domain))
      yield { key: 'relay.routes', says: `${domain} is one of our own domains; its mail is not relayed` };
  }
}
