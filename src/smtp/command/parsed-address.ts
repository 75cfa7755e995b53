// An address out of MAIL or RCPT, or the reply that says what is wrong with it.
import { Failure } from '../../base/failure.js';
import { parseMailAddress, type MailAddress } from '../../mail/address.js';
import type { Reply } from '../reply/reply.js';

export type ParsedAddress =
  | { readonly kind: 'parsed'; readonly address: MailAddress }
  | { readonly kind: 'refused'; readonly reply: Reply };

export interface AddressRules {
  /** Enhanced codes differ: 5.1.7 for a sender, 5.1.3 for a recipient (RFC 3463 section 3.2). */
  readonly role: 'sender' | 'recipient';
  readonly isUtf8Allowed: boolean;
}

/** RFC 6531 section 3.5: the code says of which command it is the answer. */
const NEEDS_SMTPUTF8: Readonly<Record<AddressRules['role'], Reply>> = {
  sender: { code: 550, status: '5.6.7', text: 'Such an address needs SMTPUTF8' },
  recipient: { code: 553, status: '5.6.7', text: 'Such an address needs SMTPUTF8' },
};

export function parsedAddress(text: string, { role, isUtf8Allowed }: AddressRules): ParsedAddress {
  const status = role === 'sender' ? '5.1.7' : '5.1.3';
  const malformed: Reply = { code: 501, status, text: `Bad ${role} address syntax` };
  try {
    const address = parseMailAddress(text, { isUtf8Allowed });
    // the bare postmaster receives (RFC 5321 section 4.1.1.3) and does not send
    if (address.domain === '' && role === 'sender') return { kind: 'refused', reply: malformed };
    return { kind: 'parsed', address };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { kind: 'refused', reply: error.code === 'address-not-ascii' ? NEEDS_SMTPUTF8[role] : malformed };
  }
}
