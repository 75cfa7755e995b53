// Who a mailbox belongs to: a login is the user's full address in the one spelling everything is stored under. Local
// part and domain are folded to lower case (ASCII only, so that no script is mangled), the domain is kept as A-labels
// (RFC 5890), and text is in Unicode's composed form so that the same name typed on two machines is one name. A site that
// tells Anne from anne leaves the local part unfolded, everywhere or nowhere.
import { Failure } from '../base/failure.js';
import { parseDomain, type DomainName } from './domain-name.js';
import { storableName } from './storable-name.js';

export type Login = string & { readonly brand: 'Login' };

export interface LoginSpelling {
  readonly isLocalPartFolded: boolean;
}

const FOLDED: LoginSpelling = { isLocalPartFolded: true };

/** RFC 5321 section 4.5.3.1.1. */
const LOCAL_PART_OCTETS = 64;

export function parseLogin(text: string, { isLocalPartFolded } = FOLDED): Login {
  const at = text.lastIndexOf('@');
  if (at <= 0)
    throw new Failure('name-invalid', `login "${text.slice(0, 80)}" is not of the form user@domain`);
  const localPart = storableName('login', text.slice(0, at), LOCAL_PART_OCTETS);
  return `${isLocalPartFolded ? asciiLowerCase(localPart) : localPart}@${parseDomain(text.slice(at + 1))}` as Login;
}

export function domainOf(login: Login): DomainName {
  return login.slice(login.lastIndexOf('@') + 1) as DomainName; // parseLogin put a parsed domain there
}

export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
