// An address out of MAIL or RCPT, or the reply that says what is wrong with it.
import { Failure } from '../../base/failure.js';
import { parseMailAddress } from './address-stand-in.js';
import type { MailAddress } from '../../mail/address.js';
import type { Reply } from '../reply/reply.js';

export type ParsedAddress =
  | { readonly kind: 'parsed'; readonly address: MailAddress }
  | { readonly kind: 'refused'; readonly reply: Reply };

export interface AddressRules {
  /** Enhanced codes differ: 5.1.7 for a sender, 5.1.3 for a recipient (RFC 3463 section 3.2). */
  readonly role: 'sender' | 'recipient';
  readonly isUtf8Allowed: boolean;
}

export function parsedAddress(text: string, { role, isUtf8Allowed }: AddressRules): ParsedAddress {
  // RFC 6531 section 3.5
  if (!isUtf8Allowed && /\P{ASCII}/u.test(text)) {
    return { kind: 'refused', reply: { code: 553, status: '5.6.7', text: 'Such an address needs SMTPUTF8' } };
  }
  try {
    return { kind: 'parsed', address: parseMailAddress(text, { isUtf8Allowed }) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const status = role === 'sender' ? '5.1.7' : '5.1.3';
    return { kind: 'refused', reply: { code: 501, status, text: `Bad ${role} address syntax` } };
  }
}
