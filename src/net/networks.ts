// Whether an address lies in one of the networks that an operator has listed: load balancers, hosts that may relay. The
// list is asked for anew each time, since it may change while the program runs, and is read again only when it did.
import { addressOctets, MAPPED_BITS, type AddressOctets } from './ip-address.js';

/** The addresses whose first `prefix` bits are those of `address`. */
export interface Network {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
}

interface Range {
  readonly octets: AddressOctets;
  readonly bits: number;
}

export class Networks {
  readonly #list: () => readonly Network[];
  #read: readonly Network[] = [];
  #ranges: readonly Range[] = [];

  constructor(list: () => readonly Network[]) {
    this.#list = list;
  }

  /** What is no IP address lies in no network. */
  includes(address: string): boolean {
    const ranges = this.#current();
    if (ranges.length === 0) return false;
    const octets = addressOctets(address);
    return octets !== undefined && ranges.some((range) => contains(range, octets));
  }

  #current(): readonly Range[] {
    const list = this.#list();
    if (list !== this.#read) {
      this.#ranges = list.flatMap(rangeOf);
      this.#read = list;
    }
    return this.#ranges;
  }
}

/** None where the network is no address; IPv4 written as IPv6 is IPv4, as in the addresses that are compared with it. */
function rangeOf({ family, address, prefix }: Network): Range[] {
  const octets = addressOctets(address);
  if (octets === undefined) return [];
  const isMapped = family === 6 && octets.length === 4;
  if (isMapped && prefix < MAPPED_BITS) return [];
  return [{ octets, bits: isMapped ? prefix - MAPPED_BITS : prefix }];
}

function contains({ octets, bits }: Range, address: AddressOctets): boolean {
  if (octets.length !== address.length) return false;
  const whole = bits >> 3;
  for (let at = 0; at < whole; at += 1) if (octets[at] !== address[at]) return false;
  const rest = 8 - (bits & 7);
  return rest === 8 || (octets[whole] ?? 0) >> rest === (address[whole] ?? 0) >> rest;
}
