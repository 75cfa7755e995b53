// Who may ask what. The token proves an operator. Without it, what only tells something is answered to this machine
// itself: not to a web page elsewhere whose host name has been pointed at us (so the request must name a loopback
// address), and not to whoever is behind a proxy on this machine.
import { createHash, timingSafeEqual } from 'node:crypto';
import { Failure } from '../base/failure.js';
import type { Access } from './api/route.js';

export interface Visitor {
  /** The IP address the connection comes from. */
  readonly address: string;
  /** Header fields as they came. */
  readonly host: string | undefined;
  readonly authorization: string | undefined;
  readonly isForwarded: boolean;
}

const LOOPBACK_ADDRESS = /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/;
const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;
const BEARER = /^Bearer +(?<token>\S+) *$/i;

/** Undefined: he may. Else *token-needed* or *token-wrong*; a wrong one is never as good as none. */
export function refusalOf(access: Access, visitor: Visitor, token: string): Failure | undefined {
  if (access === 'anyone') return undefined;
  if (visitor.authorization !== undefined) {
    const given = BEARER.exec(visitor.authorization)?.groups?.['token'] ?? '';
    return isSame(given, token)
      ? undefined
      : new Failure('token-wrong', 'this is not the token of this node');
  }
  if (access === 'nearby' && isNearby(visitor)) return undefined;
  const detail = access === 'nearby' ? 'from anywhere but this machine itself ' : '';
  return new Failure('token-needed', `${detail}this needs the header "Authorization: Bearer TOKEN"`);
}

function isNearby({ address, host, isForwarded }: Visitor): boolean {
  return !isForwarded && LOOPBACK_ADDRESS.test(address) && LOOPBACK_HOST.test(host ?? '');
}

/** In a time that does not tell how much of it is right. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(token));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
