// IP addresses as octets, so that they can be compared bit by bit. One machine has one spelling here: an IPv4 address
// that a dual-stack socket shows as IPv6 (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is the IPv4 address.
import { isIPv4, isIPv6 } from 'node:net';

/** Four octets or sixteen, in network order. */
export type AddressOctets = readonly number[];

const IPV6_OCTETS = 16;
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
/** The bits before the IPv4 address in a mapped one. */
export const MAPPED_BITS = MAPPED_PREFIX.length * 8;

/** Undefined: not an IP address. A zone (`%eth0`) is no part of the address. */
export function addressOctets(text: string): AddressOctets | undefined {
  if (isIPv4(text)) return ipv4Octets(text);
  const [address = ''] = text.split('%');
  return isIPv6(address) ? withoutMapping(ipv6Octets(address)) : undefined;
}

/** The way addresses are logged, counted and compared; what is none stays as it is. */
export function plainAddress(text: string): string {
  if (!text.includes(':')) return text;
  const octets = addressOctets(text);
  return octets?.length === 4 ? octets.join('.') : text;
}

/** As `read` from the wire; IPv6 as eight groups, which any reader of addresses understands. */
export function addressText(octets: AddressOctets): string {
  const plain = withoutMapping(octets);
  if (plain.length === 4) return plain.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => (plain[2 * at] ?? 0) * 256 + (plain[2 * at + 1] ?? 0));
  return groups.map((group) => group.toString(16)).join(':');
}

function withoutMapping(octets: AddressOctets): AddressOctets {
  const isMapped = octets.length === IPV6_OCTETS && MAPPED_PREFIX.every((octet, at) => octets[at] === octet);
  return isMapped ? octets.slice(MAPPED_PREFIX.length) : octets;
}

function ipv4Octets(text: string): number[] {
  return text.split('.').map(Number);
}

function ipv6Octets(text: string): AddressOctets {
  const [before = '', after] = text.split('::');
  const head = groupOctets(before);
  if (after === undefined) return head;
  const tail = groupOctets(after);
  return [...head, ...Array.from({ length: IPV6_OCTETS - head.length - tail.length }, () => 0), ...tail];
}

function groupOctets(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return ipv4Octets(group);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
