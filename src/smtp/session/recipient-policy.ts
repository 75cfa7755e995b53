// What RCPT answers to what the address book knows.
import type { MailAddress } from '../../mail/address.js';
import type { Resolution } from '../../accounts/address-book.js';
import type { Reply } from '../reply/reply.js';
import { relayRefusal, type RelayFacts } from './relay-policy.js';

type Known = Extract<Resolution, { readonly kind: 'known' }>;

export type RecipientDecision =
  | { readonly kind: 'accepted'; readonly resolution: Known }
  | { readonly kind: 'refused'; readonly reply: Reply };

const REFUSALS: Readonly<Record<Exclude<Resolution['kind'], 'known' | 'remote'>, Reply>> = {
  unknown: { code: 550, status: '5.1.1', text: 'No such mailbox here' },
  disabled: { code: 550, status: '5.2.1', text: 'That mailbox is disabled' },
  'over-quota': { code: 452, status: '4.2.2', text: 'That mailbox is full' },
  'alias-loop': { code: 554, status: '5.4.6', text: 'That address leads in a circle' },
};

const UNQUALIFIED: Reply = { code: 550, status: '5.1.2', text: 'That domain is not fully qualified' };

export function recipientDecision(
  address: MailAddress,
  resolution: Resolution,
  facts: RelayFacts,
): RecipientDecision {
  if (resolution.kind === 'known') {
    const { remote } = resolution;
    return refusedUnless(remote.length > 0 ? relayRefusal(facts, 'alias-of-ours') : undefined, resolution);
  }
  if (resolution.kind === 'remote') {
    const elsewhere: Known = { kind: 'known', mailboxes: [], remote: [address] };
    return refusedUnless(relayRefusal(facts, 'address-elsewhere') ?? domainRefusal(address), elsewhere);
  }
  return { kind: 'refused', reply: REFUSALS[resolution.kind] };
}

/** Wherever it leads from here, it may lead elsewhere from there (RFC 6409 section 4.2, RFC 5321 section 2.3.5). */
function domainRefusal({ domain }: MailAddress): Reply | undefined {
  return domain.includes('.') || domain.startsWith('[') ? undefined : UNQUALIFIED;
}

function refusedUnless(reply: Reply | undefined, resolution: Known): RecipientDecision {
  return reply === undefined ? { kind: 'accepted', resolution } : { kind: 'refused', reply };
}
