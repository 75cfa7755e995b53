// How many clients there may be at the same time: in all, and from one address. Counting only; all listeners of a process
// share one, so that nobody gets in twice by another door. The limits are asked for anew with each client.
import { isIPv4 } from 'node:net';
import { addressOctets } from './ip-address.js';

export interface PlaceLimits {
  readonly connections: number;
  readonly connectionsPerIp: number;
}

/** One client's place. */
export interface Place {
  /** Now that the client's address is known. False: as many as allowed came from there already. */
  claim(address: string): boolean;
  /** More than once does no harm. */
  release(): void;
}

/** Whoever has one IPv6 address has 2^64 of them, so those count as one (so does Postfix, smtpd_client_ipv6_prefix_length). */
const IPV6_OCTETS_COUNTED = 8;

export class ClientPlaces {
  readonly #limits: () => PlaceLimits;
  readonly #byOrigin = new Map<string, number>();
  #taken = 0;

  constructor(limits: () => PlaceLimits) {
    this.#limits = limits;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Undefined: no place is left. */
  take(): Place | undefined {
    if (this.#taken >= this.#limits().connections) return undefined;
    this.#taken += 1;
    let origin: string | undefined;
    let isHeld = true;
    return {
      claim: (address) => {
        const wanted = originOf(address);
        if (!isHeld || !this.#enterFrom(wanted)) return false;
        origin = wanted;
        return true;
      },
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#taken -= 1;
        if (origin !== undefined) this.#leaveTo(origin);
      },
    };
  }

  #enterFrom(origin: string): boolean {
    const here = this.#byOrigin.get(origin) ?? 0;
    if (here >= this.#limits().connectionsPerIp) return false;
    this.#byOrigin.set(origin, here + 1);
    return true;
  }

  #leaveTo(origin: string): void {
    const here = this.#byOrigin.get(origin) ?? 0;
    if (here > 1) this.#byOrigin.set(origin, here - 1);
    else this.#byOrigin.delete(origin);
  }
}

function originOf(address: string): string {
  if (isIPv4(address)) return address; // nearly all, and each of them once for every connection
  const octets = addressOctets(address);
  if (octets === undefined) return address;
  return (octets.length === 4 ? octets : octets.slice(0, IPV6_OCTETS_COUNTED)).join('.');
}
