// An IP address in the place of a domain (RFC 5321 section 4.1.3). Tags other than `IPv6` were never registered.
import { isIPv4, isIPv6 } from 'node:net';

/** With its brackets, in one spelling; undefined when it is none. */
export function addressLiteralOf(text: string): string | undefined {
  const [, tag, address] = /^\[(IPv6:)?([0-9A-Fa-f:.]{2,45})\]$/i.exec(text) ?? [];
  if (address === undefined) return undefined;
  if (tag === undefined) return isIPv4(address) ? `[${address}]` : undefined;
  return isIPv6(address) ? `[IPv6:${address.toLowerCase()}]` : undefined;
}
