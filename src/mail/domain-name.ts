// A domain as it is stored and compared: lower case, A-labels (RFC 5890), no trailing dot. An address is no domain.
import { domainToASCII } from 'node:url';
import { Failure } from '../base/failure.js';

export type DomainName = string & { readonly brand: 'DomainName' };

/** RFC 5321 section 4.5.3.1.2, RFC 1035 section 2.3.4. */
const DOMAIN_OCTETS = 253;
/** Nearly every domain there is: nothing in it that Unicode's rules for domains (UTS 46) would change. */
const PLAIN =
  /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** ASCII that no domain has. Looked for first: node reads a domain as a URL's host, and would cut `a/b` to `a`. */
const FOREIGN = /[^\P{ASCII}A-Za-z0-9._-]/u;
/** Node spells every form of an IPv4 address (`127.1`, `0x7f.1`) with four numbers; no top-level domain is a number. */
const ADDRESS = /(^|\.)\d+$/;

export function parseDomain(text: string): DomainName {
  if (text.length <= DOMAIN_OCTETS && PLAIN.test(text) && !text.includes('--')) {
    return text.toLowerCase() as DomainName;
  }
  const ascii = FOREIGN.test(text) ? '' : domainToASCII(text.replace(/\.$/, '')).toLowerCase();
  const isDomain =
    ascii.length > 0 &&
    ascii.length <= DOMAIN_OCTETS &&
    !ADDRESS.test(ascii) &&
    ascii.split('.').every((label) => LABEL.test(label));
  if (!isDomain) throw new Failure('name-invalid', `${shown(text)} is not a domain name`);
  return ascii as DomainName;
}

/** Quoted and cut, with whatever a terminal would act on escaped. */
function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
