// The DNS servers that this machine asks, as its own settings have them (/etc/resolv.conf).
import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import type { DnsServer } from './exchange.js';

const DNS_PORT = 53;

export function machineServers(): readonly DnsServer[] {
  return getServers().flatMap(serverOf);
}

/** An address, or one in brackets or IPv4 with a port. */
function serverOf(text: string): DnsServer[] {
  const [, bracketed, ipv4, digits] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? ipv4 ?? text;
  return isIP(host) === 0 ? [] : [{ host, port: digits === undefined ? DNS_PORT : Number(digits) }];
}
