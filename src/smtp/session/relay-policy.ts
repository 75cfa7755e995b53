// Who may have mail taken elsewhere. One pure decision: users who are logged in, hosts that the operator named, and
// anyone to an alias of ours that leads out of here, since that is the operator's own wish.
import type { Reply } from '../reply/reply.js';

export interface RelayFacts {
  /** This node takes mail for elsewhere at all. */
  readonly isGateway: boolean;
  /** The user is logged in, or his host may relay without. */
  readonly mayRelay: boolean;
}

const DENIED: Reply = { code: 550, status: '5.7.1', text: 'Relaying denied' };
const NO_GATEWAY: Reply = {
  code: 550,
  status: '5.7.1',
  text: 'This node does not relay mail to other servers',
};

/** Undefined: take it. */
export function relayRefusal(
  { isGateway, mayRelay }: RelayFacts,
  wish: 'address-elsewhere' | 'alias-of-ours',
): Reply | undefined {
  if (wish === 'address-elsewhere' && !mayRelay) return DENIED;
  return isGateway ? undefined : NO_GATEWAY;
}
