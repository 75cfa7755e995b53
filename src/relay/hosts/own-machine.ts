// Whether a host is this machine: by its name, by an address it has, or by one that means the machine itself (loopback,
// unspecified). Mail that is sent there would come back in.
import { addressOctets, plainAddress } from '../../net/ip-address.js';

export interface OwnMachine {
  /** Its own name and those it is known by as a mail host; lower case. */
  readonly names: ReadonlySet<string>;
  /** As `plainAddress` spells them. */
  readonly addresses: ReadonlySet<string>;
}

const LOOPBACK_NET = 127;
const IPV6_OCTETS = 16;

export function isOwnAddress(address: string, { addresses }: OwnMachine): boolean {
  return addresses.has(plainAddress(address));
}

/** Wherever it leads, it is no other machine: 127.0.0.0/8 and 0.0.0.0/8 (RFC 1122 section 3.2.1.3), `::1` and `::`. */
export function isLoopback(address: string): boolean {
  const octets = addressOctets(address);
  if (octets === undefined) return false;
  if (octets.length < IPV6_OCTETS) return octets[0] === LOOPBACK_NET || octets[0] === 0;
  return octets.slice(0, -1).every((octet) => octet === 0) && (octets.at(-1) ?? 0) <= 1;
}
