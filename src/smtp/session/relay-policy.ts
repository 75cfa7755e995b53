// Who may have mail taken elsewhere. One pure decision: here a login, and later the networks of `relay.from`, will open
// the way out; this version has no gateway yet, so nobody's mail leaves.
import type { Reply } from '../reply/reply.js';

export interface RelayFacts {
  readonly isLoggedIn: boolean;
}

/** Undefined: take it. */
export function relayRefusal({ isLoggedIn }: RelayFacts): Reply | undefined {
  return isLoggedIn
    ? { code: 550, status: '5.7.1', text: 'This version does not relay mail to other servers yet' }
    : { code: 550, status: '5.7.1', text: 'Relaying denied' };
}
