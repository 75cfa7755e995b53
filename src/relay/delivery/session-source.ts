// Where the sessions of one attempt come from: first those that were kept from earlier messages, then new ones, host after
// host and address after address, as long as there is hope and not too often. What goes wrong on the way is handed over as
// it is; what follows from it is decided elsewhere.
import { isIP } from 'node:net';
import type { HostFinder, HostTrouble, RemoteHost } from '../hosts/host-search.js';
import { isLoopback } from '../hosts/own-machine.js';
import { wayTo } from '../hosts/way.js';
import { openSession, type SessionOptions, type TlsDemand } from '../session/open-session.js';
import type { SessionParts } from '../session/remote-session.js';
import { TroubleError, type Trouble } from '../session/trouble.js';
import type { Budget } from '../../base/budget.js';
import type { Log } from '../../base/log.js';
import type { Metrics } from '../../base/metrics.js';
import type { DeliverySettings } from './delivery-settings.js';
import type { OpenedSession, SessionPool } from './session-pool.js';

export interface SessionSourceParts extends SessionParts {
  readonly finder: Pick<HostFinder, 'find'>;
  readonly pool: SessionPool;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
}

export type SessionFound =
  | { readonly kind: 'session'; readonly opened: OpenedSession; readonly isReused: boolean }
  | { readonly kind: 'trouble'; readonly trouble: Trouble; readonly host: string }
  | { readonly kind: 'no-hosts'; readonly trouble: HostTrouble };

/** Of one attempt: who does not get through to ten addresses waits for the next attempt. */
const MOST_CONNECTIONS = 10;
/** Hosts that spoke with us and did not take the message. */
const MOST_SESSIONS = 4;

export interface Errand {
  readonly destination: string;
  readonly settings: DeliverySettings;
  readonly isRequireTls: boolean;
  /** Addresses that had the message offered in this attempt: none is called twice. */
  readonly spoken: Set<string>;
}

/** What sessions must have in common to be used for one another's messages. */
export function poolKey({ destination, settings, isRequireTls }: Omit<Errand, 'spoken'>): string {
  const way = wayTo(destination, settings);
  const place =
    way.kind === 'mx'
      ? `${way.domain} ${way.port}`
      : way.kind === 'none'
        ? ''
        : `${way.endpoint.host} ${way.endpoint.port}`;
  const { sourceAddress = '' } = settings.destination(destination);
  return `${way.kind} ${place} ${demandOf(settings, { destination, isRequireTls })} ${sourceAddress}`;
}

export async function* sessionsFor(
  errand: Errand,
  budget: Budget,
  parts: SessionSourceParts,
): AsyncGenerator<SessionFound, void, undefined> {
  const { pool, finder, metrics } = parts;
  const key = poolKey(errand);
  while (errand.spoken.size === 0) {
    const opened = pool.take(key);
    if (opened === undefined) break;
    metrics.count('cassmail_relay_sessions_total', { outcome: 'reused' });
    yield { kind: 'session', opened, isReused: true };
  }
  const search = await finder.find(errand.destination, budget);
  if (search.kind === 'none') {
    yield { kind: 'no-hosts', trouble: search.trouble };
    return;
  }
  let sessions = 0;
  for (const { host, address } of candidates(search.hosts, errand)) {
    if (errand.spoken.has(address)) continue;
    const options = optionsFor(errand, address, search.by === 'smarthost');
    const found = await tryOpen({ host, address }, options, parts);
    if (found.kind === 'session') sessions += 1;
    yield found;
    if (sessions === MOST_SESSIONS) return;
  }
}

interface Candidate {
  readonly host: RemoteHost;
  readonly address: string;
}

function candidates(hosts: readonly RemoteHost[], { destination, settings }: Errand): readonly Candidate[] {
  const { sourceAddress } = settings.destination(destination);
  const all = hosts.flatMap((host) => host.addresses.map((address) => ({ host, address })));
  const callable =
    sourceAddress === undefined ? all : all.filter(({ address }) => isIP(address) === isIP(sourceAddress));
  return (callable.length === 0 ? all : callable).slice(0, MOST_CONNECTIONS); // none callable: the trouble says so
}

async function tryOpen(
  { host, address }: Candidate,
  options: SessionOptions,
  parts: SessionSourceParts,
): Promise<SessionFound> {
  const { log, metrics } = parts;
  try {
    const session = await openSession({ name: host.name, address, port: host.port }, options, parts);
    const outcome = session.security === undefined ? 'opened' : 'secured';
    metrics.count('cassmail_relay_sessions_total', { outcome });
    return { kind: 'session', opened: { session, host: host.name, address, messages: 0 }, isReused: false };
  } catch (error) {
    if (!(error instanceof TroubleError)) throw error;
    const { trouble } = error;
    metrics.count('cassmail_relay_sessions_total', { outcome: trouble.kind });
    log.write('relay.host-failed', { host: host.name, address, port: host.port, ...shownTrouble(trouble) });
    return { kind: 'trouble', trouble, host: host.name };
  }
}

/** As fields of a log line. */
export function shownTrouble(trouble: Trouble): Record<string, unknown> {
  const { kind, step } = trouble;
  if (trouble.kind === 'refused') return { kind, step, says: trouble.reply.says };
  return { kind, step, says: trouble.kind === 'lacking' ? trouble.what : trouble.says };
}

/** A password is not sent in clear text, unless it stays on this machine. */
function optionsFor(errand: Errand, address: string, isSmarthost: boolean): SessionOptions {
  const { settings, destination } = errand;
  const login = isSmarthost ? settings.smarthostLogin : undefined;
  const demand = demandOf(settings, errand);
  return {
    ourName: settings.ourName,
    sourceAddress: settings.destination(destination).sourceAddress,
    tls: login !== undefined && demand === 'welcome' && !isLoopback(address) ? 'required' : demand,
    login,
  };
}

function demandOf(
  settings: DeliverySettings,
  { destination, isRequireTls }: Pick<Errand, 'destination' | 'isRequireTls'>,
): TlsDemand {
  const { requireTls } = settings.destination(destination);
  if (requireTls === 'verified' || isRequireTls) return 'verified';
  return requireTls ? 'required' : 'welcome';
}
