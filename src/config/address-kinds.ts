// Hosts, ports, networks and domains as an operator writes them.
import { isIP, isIPv6 } from 'node:net';
import { Failure } from '../base/failure.js';
import { parseDomain } from '../mail/domain-name.js';
import { parseLogin } from '../mail/login.js';
import type { Kind } from './kind.js';

export interface Endpoint {
  /** A name or an IP address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** The addresses whose first `prefix` bits are those of `address`. */
export interface Network {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
}

const HOST_NAME = /^(?=.{1,253}$)(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*$/;

/** No top-level domain is a number: digits and dots are an address, or a slip. */
const NUMBER_LAST = /(^|\.)\d+$/;

export const hostName: Kind<string> = {
  allowed: 'a host name such as mx.example.com',
  decode: (plain) => (typeof plain === 'string' && isHostName(plain) ? plain : undefined),
};

export const host: Kind<string> = {
  allowed: 'a host name or an IP address',
  decode: (plain) => (typeof plain === 'string' && isHost(plain) ? plain : undefined),
};

/** In the one spelling that mail is routed by: lower case, A-labels. */
export const domain: Kind<string> = {
  allowed: 'a domain such as example.com',
  decode: (plain) => (typeof plain === 'string' ? domainOrNothing(plain) : undefined),
};

/** A mail address of ours, as a login; its case as given, since another key says whether that matters. */
export const mailAddress: Kind<string> = {
  allowed: 'a mail address such as anne@example.com',
  decode: (plain) =>
    typeof plain === 'string' ? orNothing(() => parseLogin(plain, { isLocalPartFolded: false })) : undefined,
};

/** As a key, of which there may be one spelling only. */
export const domainKey: Kind<string> = {
  allowed: 'a domain in lower case such as example.com (other scripts as xn--…)',
  decode: (plain) => (typeof plain === 'string' && domainOrNothing(plain) === plain ? plain : undefined),
};

/** Where to listen: an address of this machine. Port 0 lets the machine choose. */
export const listenAddress: Kind<Endpoint> = endpointKind({
  allowed: 'an IP address and a port such as "127.0.0.1:2525", "0.0.0.0:25" or "[::1]:2525" (in quotes)',
  isAllowed: ({ host: name }) => isIP(name) !== 0,
});

/** Where to connect to. */
export const endpoint: Kind<Endpoint> = endpointKind({
  allowed: 'a host and a port such as "mx.example.com:25", "127.0.0.1:2600" or "[::1]:25" (in quotes)',
  isAllowed: ({ host: name, port }) => isHost(name) && port > 0,
});

export const ipAddress: Kind<string> = {
  allowed: 'an IP address',
  decode: (plain) => (typeof plain === 'string' && isIP(plain) !== 0 ? plain : undefined),
};

export const network: Kind<Network> = {
  allowed: 'a network such as "10.0.0.0/8" or "fd00::/8", or one IP address',
  decode: (plain) => (typeof plain === 'string' ? parseNetwork(plain) : undefined),
};

export function endpointText({ host: name, port }: Endpoint): string {
  return isIPv6(name) ? `[${name}]:${port}` : `${name}:${port}`;
}

function endpointKind(about: { allowed: string; isAllowed: (value: Endpoint) => boolean }): Kind<Endpoint> {
  return {
    allowed: about.allowed,
    decode: (plain) => {
      const value = typeof plain === 'string' ? parseEndpoint(plain) : undefined;
      return value !== undefined && about.isAllowed(value) ? value : undefined;
    },
  };
}

function parseEndpoint(text: string): Endpoint | undefined {
  const [, ipv6, name, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const chosen = ipv6 ?? name;
  const port = Number(digits);
  if (chosen === undefined || port > 65_535 || (ipv6 !== undefined && !isIPv6(ipv6))) return undefined;
  return { host: chosen, port };
}

function parseNetwork(text: string): Network | undefined {
  const [, address, digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (address === undefined) return undefined;
  const version = isIP(address);
  if (version === 0) return undefined;
  const family = version === 6 ? 6 : 4;
  const bits = family === 6 ? 128 : 32;
  const prefix = digits === undefined ? bits : Number(digits);
  return prefix <= bits ? { family, address, prefix } : undefined;
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || isHostName(text);
}

function isHostName(text: string): boolean {
  return HOST_NAME.test(text) && !NUMBER_LAST.test(text);
}

function domainOrNothing(text: string): string | undefined {
  return orNothing(() => parseDomain(text));
}

function orNothing<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
