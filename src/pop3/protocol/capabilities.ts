// What CAPA says (RFC 2449 section 5): the same in both states (RFC 1939's and ours), but for what is of no use any more
// or not yet. No password is invited before TLS where TLS is asked for.
import { END_OF_LIST, ok } from './replies.js';

export interface CapabilityTerms {
  readonly mayLogIn: boolean;
  readonly mayStartTls: boolean;
  readonly loginDelayMs: number;
}

export function capabilityReply({ mayLogIn, mayStartTls, loginDelayMs }: CapabilityTerms): string {
  const lines = [
    'TOP',
    'UIDL',
    ...(mayLogIn ? ['USER', 'SASL PLAIN'] : []), // RFC 2449 section 6.3, RFC 5034 section 3
    ...(mayStartTls ? ['STLS'] : []), // RFC 2595 section 4
    'PIPELINING', // RFC 2449 section 6.6
    'RESP-CODES', // RFC 2449 section 6.4
    'AUTH-RESP-CODE', // RFC 3206 section 6
    'EXPIRE NEVER', // RFC 2449 section 6.7
    ...(loginDelayMs > 0 ? [`LOGIN-DELAY ${Math.ceil(loginDelayMs / 1000)}`] : []), // RFC 2449 section 6.5
    'UTF8 USER', // RFC 6856 section 2.2: names and passwords may be in UTF-8
    'LANG', // RFC 6856 section 3
    'IMPLEMENTATION CassMail', // RFC 2449 section 6.9; the version is nobody's business
  ];
  return `${ok('capabilities')}${lines.join('\r\n')}\r\n${END_OF_LIST}`;
}
