// Where the mail for a destination goes, decided from its name and the configuration alone: an operator's word (a route
// for the destination, else the smarthost for all) comes before anything that the DNS says. A destination is a domain as
// `parseDomain` spells it, or an address literal with its brackets (RFC 5321 section 4.1.3).
import { isIP } from 'node:net';

export interface Endpoint {
  /** A name or an IP address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface WaySettings {
  readonly smarthost: Endpoint | undefined;
  readonly routes: Readonly<Record<string, Endpoint>>;
  readonly mxPort: number;
}

export type Way =
  /** Named by an operator, who may name any host there is. */
  | { readonly kind: 'given'; readonly endpoint: Endpoint; readonly isSmarthost: boolean }
  /** One address, named by whoever wrote the recipient's. */
  | { readonly kind: 'literal'; readonly endpoint: Endpoint }
  | { readonly kind: 'mx'; readonly domain: string; readonly port: number }
  /** Neither a domain nor the address of a machine. */
  | { readonly kind: 'none' };

export function wayTo(destination: string, { smarthost, routes, mxPort }: WaySettings): Way {
  const route = Object.hasOwn(routes, destination) ? routes[destination] : undefined;
  if (route !== undefined) return { kind: 'given', endpoint: route, isSmarthost: false };
  if (smarthost !== undefined) return { kind: 'given', endpoint: smarthost, isSmarthost: true };
  if (!destination.startsWith('[')) {
    return destination === '' ? { kind: 'none' } : { kind: 'mx', domain: destination, port: mxPort };
  }
  const address = destination.slice(1, -1).replace(/^IPv6:/i, '');
  if (isIP(address) === 0) return { kind: 'none' };
  return { kind: 'literal', endpoint: { host: address, port: mxPort } };
}
