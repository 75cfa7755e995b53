// A domain as it is stored and compared: lower case, A-labels (RFC 5890), no trailing dot.
import { domainToASCII } from 'node:url';
import { Failure } from '../base/failure.js';

export type DomainName = string & { readonly brand: 'DomainName' };

/** RFC 5321 section 4.5.3.1.2, RFC 1035 section 2.3.4. */
const DOMAIN_OCTETS = 253;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

export function parseDomain(text: string): DomainName {
  const ascii = domainToASCII(text.replace(/\.$/, '')).toLowerCase();
  const isDomain =
    ascii.length > 0 && ascii.length <= DOMAIN_OCTETS && ascii.split('.').every((label) => LABEL.test(label));
  if (!isDomain) throw new Failure('name-invalid', `"${text.slice(0, 80)}" is not a domain name`);
  return ascii as DomainName;
}
