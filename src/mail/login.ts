// Who a mailbox belongs to: a login is the user's full address in the one spelling everything is stored under. Local
// part and domain are folded to lower case (ASCII only, so that no script is mangled), the domain is kept as A-labels
// (RFC 5890), and text is in Unicode's composed form so that the same name typed on two machines is one name.
import { Failure } from '../base/failure.js';
import { parseDomain, type DomainName } from './domain-name.js';
import { storableName } from './storable-name.js';

export type Login = string & { readonly brand: 'Login' };

/** RFC 5321 section 4.5.3.1.1. */
const LOCAL_PART_OCTETS = 64;

export function parseLogin(text: string): Login {
  const at = text.lastIndexOf('@');
  if (at <= 0)
    throw new Failure('name-invalid', `login "${text.slice(0, 80)}" is not of the form user@domain`);
  const localPart = storableName('login', text.slice(0, at), LOCAL_PART_OCTETS);
  return `${asciiLowerCase(localPart)}@${parseDomain(text.slice(at + 1))}` as Login;
}

export function domainOf(login: Login): DomainName {
  return login.slice(login.lastIndexOf('@') + 1) as DomainName; // parseLogin put a parsed domain there
}

function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
