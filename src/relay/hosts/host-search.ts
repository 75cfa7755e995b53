// From a destination to the hosts that are tried for it, best first, each with its addresses (IPv6 first, then IPv4, each
// kind in random order). What makes a destination undeliverable is found here too: no such domain, a null MX (RFC 7505),
// ourselves as its best host (RFC 5321 section 5.1). Everything has a bound: hosts, addresses, time.
import type { Budget } from '../../base/budget.js';
import type { Random } from '../../base/random.js';
import type { Dns, DnsTrouble } from '../../net/dns/dns.js';
import { isIP } from 'node:net';
import { mxOrder, shuffled } from './mx-order.js';
import { isLoopback, isOwnAddress, type OwnMachine } from './own-machine.js';
import { wayTo, type Endpoint, type WaySettings } from './way.js';

export interface RemoteHost {
  /** As the DNS or the operator names it; an address literal's is the address. */
  readonly name: string;
  readonly port: number;
  /** Never empty. */
  readonly addresses: readonly string[];
}

export type HostSearch =
  | {
      readonly kind: 'hosts';
      /** Never empty. */
      readonly hosts: readonly RemoteHost[];
      /** Who said so: an operator, or the DNS, which anybody on the way may have answered for. */
      readonly by: 'operator' | 'smarthost' | 'dns';
    }
  | { readonly kind: 'none'; readonly trouble: HostTrouble };

/** Why there is nobody to deliver to; what follows from each is policy, and not said here. */
export type HostTrouble =
  | 'no-such-domain'
  | 'no-mail-host'
  | 'null-mx'
  | 'own-machine'
  | 'loopback'
  | 'no-address'
  | `dns-${DnsTrouble}`;

export interface HostSettings extends WaySettings {
  readonly allowLoopbackMx: boolean;
}

export interface HostSearchParts {
  readonly dns: Dns;
  readonly random: Random;
  readonly settings: () => HostSettings;
  readonly own: () => OwnMachine;
}

/** Who has not got through to ten hosts will not get through to the eleventh. */
const MOST_HOSTS = 10;
const MOST_ADDRESSES = 8;

type Addresses =
  | { readonly kind: 'found'; readonly addresses: readonly string[] }
  | { readonly kind: 'no-such-name' | 'no-data' }
  | { readonly kind: 'temporary'; readonly why: DnsTrouble };

export class HostFinder {
  readonly #parts: HostSearchParts;

  constructor(parts: HostSearchParts) {
    this.#parts = parts;
  }

  async find(destination: string, budget: Budget): Promise<HostSearch> {
    const way = wayTo(destination, this.#parts.settings());
    if (way.kind === 'none') return none('no-such-domain');
    if (way.kind === 'literal') return this.#literal(way.endpoint);
    if (way.kind === 'mx') return this.#byMx(way.domain, way.port, budget);
    return this.#given(way.endpoint, way.isSmarthost ? 'smarthost' : 'operator', budget);
  }

  /** An operator may well name a host of this machine. */
  async #given({ host, port }: Endpoint, by: 'operator' | 'smarthost', budget: Budget): Promise<HostSearch> {
    const name = host.toLowerCase();
    const found = await this.#addressesOf(name, budget);
    if (found.kind === 'found') {
      return { kind: 'hosts', hosts: [{ name, port, addresses: found.addresses }], by };
    }
    return none(found.kind === 'temporary' ? `dns-${found.why}` : 'no-address');
  }

  #literal({ host, port }: Endpoint): HostSearch {
    const trouble = this.#refusal(host);
    if (trouble !== undefined) return none(trouble);
    return { kind: 'hosts', hosts: [{ name: host, port, addresses: [host] }], by: 'dns' };
  }

  async #byMx(domain: string, port: number, budget: Budget): Promise<HostSearch> {
    const answer = await this.#parts.dns.lookup({ name: domain, type: 'MX' }, budget);
    if (answer.kind === 'temporary') return none(`dns-${answer.why}`);
    if (answer.kind === 'no-such-name') return none('no-such-domain');
    if (answer.kind === 'no-data') return this.#byAddress(domain, port, budget);
    const { names } = this.#parts.own();
    const options = { isOurName: (name: string) => names.has(name), most: MOST_HOSTS };
    const order = mxOrder(answer.records, options, this.#parts.random);
    if (order.kind === 'null-mx') return none('null-mx');
    if (order.kind === 'ourselves') return none('own-machine');
    return this.#reachable(order.levels, port, budget);
  }

  /** RFC 5321 section 5.1: a domain without MX is its own mail host. */
  async #byAddress(domain: string, port: number, budget: Budget): Promise<HostSearch> {
    const search = await this.#reachable([[domain]], port, budget);
    return search.kind === 'none' && search.trouble === 'no-address' ? none('no-mail-host') : search;
  }

  /** The hosts that have addresses, up to the level at which we are one of them. */
  async #reachable(
    levels: readonly (readonly string[])[],
    port: number,
    budget: Budget,
  ): Promise<HostSearch> {
    const hosts: RemoteHost[] = [];
    let trouble: HostTrouble | undefined;
    const found = await Promise.all(
      levels.map((names) => Promise.all(names.map((name) => this.#addressesOf(name, budget)))),
    );
    for (const [at, names] of levels.entries()) {
      const level = (found[at] ?? []).map((addresses) => this.#usable(addresses));
      if (level.some((usable) => usable === 'own-machine')) return hostsOr(hosts, 'own-machine');
      for (const [host, usable] of level.entries()) {
        if (typeof usable === 'string') trouble = graver(trouble, usable);
        else hosts.push({ name: names[host] ?? '', port, addresses: usable });
      }
    }
    return hostsOr(hosts, trouble ?? 'no-address');
  }

  #usable(found: Addresses): readonly string[] | HostTrouble {
    if (found.kind === 'temporary') return `dns-${found.why}`;
    if (found.kind !== 'found') return 'no-address';
    const refusals = found.addresses.map((address) => this.#refusal(address));
    if (refusals.includes('own-machine')) return 'own-machine';
    const usable = found.addresses.filter((_, at) => refusals[at] === undefined);
    return usable.length === 0 ? 'loopback' : usable;
  }

  #refusal(address: string): 'own-machine' | 'loopback' | undefined {
    if (isLoopback(address)) return this.#parts.settings().allowLoopbackMx ? undefined : 'loopback';
    return isOwnAddress(address, this.#parts.own()) ? 'own-machine' : undefined;
  }

  async #addressesOf(name: string, budget: Budget): Promise<Addresses> {
    if (isIP(name) !== 0) return { kind: 'found', addresses: [name] };
    if (name === 'localhost') return { kind: 'found', addresses: ['127.0.0.1', '::1'] }; // RFC 6761 section 6.3
    const { dns, random } = this.#parts;
    const [ipv6, ipv4] = await Promise.all([
      dns.lookup({ name, type: 'AAAA' }, budget),
      dns.lookup({ name, type: 'A' }, budget),
    ]);
    const addresses = [ipv6, ipv4].flatMap((answer) =>
      answer.kind === 'found' ? shuffled(answer.records, random) : [],
    );
    if (addresses.length > 0) return { kind: 'found', addresses: fewOfBoth(addresses) };
    if (ipv4.kind === 'temporary') return ipv4;
    return ipv6.kind === 'temporary' ? ipv6 : { kind: 'no-data' };
  }
}

/** A host with a hundred IPv6 addresses still has its IPv4 ones tried. */
function fewOfBoth(addresses: readonly string[]): readonly string[] {
  if (addresses.length <= MOST_ADDRESSES) return addresses;
  const ipv4 = addresses.filter((address) => isIP(address) === 4);
  const ipv6 = addresses.filter((address) => isIP(address) === 6);
  const half = MOST_ADDRESSES / 2;
  const fewIpv6 = ipv6.slice(0, Math.max(half, MOST_ADDRESSES - ipv4.length));
  return [...fewIpv6, ...ipv4.slice(0, MOST_ADDRESSES - fewIpv6.length)];
}

/** What may pass counts before what will not: one host that could not be looked up may be the one that works. */
function graver(before: HostTrouble | undefined, after: HostTrouble): HostTrouble {
  if (before === undefined) return after;
  return !before.startsWith('dns-') && after.startsWith('dns-') ? after : before;
}

function hostsOr(hosts: readonly RemoteHost[], trouble: HostTrouble): HostSearch {
  return hosts.length > 0 ? { kind: 'hosts', hosts, by: 'dns' } : none(trouble);
}

function none(trouble: HostTrouble): HostSearch {
  return { kind: 'none', trouble };
}
