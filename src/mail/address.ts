// A mail address as SMTP carries it (RFC 5321 section 4.1.2, RFC 6531 section 3.3), taken apart. What is parsed here is
// what stands between `<` and `>`; the empty path is no address and its caller's matter. Domains are accepted as
// `parseDomain` knows them (with `_`, which real ones have). Source routes are read and dropped (RFC 5321 section 4.1.1.3,
// appendix C).
import { Failure } from '../base/failure.js';
import { addressLiteralOf } from './address-literal.js';
import { parseDomain } from './domain-name.js';
import { parseLogin, type Login, type LoginSpelling } from './login.js';

export interface MailAddress {
  /** As it was given, without quotes and backslashes; the case is kept. */
  readonly localPart: string;
  /** Lower case A-labels, or an address literal with its brackets; empty for the bare `postmaster` alone. */
  readonly domain: string;
  /** The whole in one canonical spelling, with quotes where they are needed: what is shown, stored and sent on. */
  readonly text: string;
}

export interface AddressSyntax {
  /** Whether SMTPUTF8 was announced for this message (RFC 6531 section 3.4). */
  readonly isUtf8Allowed: boolean;
}

/** RFC 5321 section 4.5.3.1.1: with its quotes, as written on the wire. */
const LOCAL_PART_OCTETS = 64;
/** RFC 5321 section 4.5.3.1.3: a path has 256, its two brackets included. A source route does not count: it is dropped. */
const ADDRESS_OCTETS = 254;
/** Nothing longer fits into a command line (RFC 5321 section 4.5.3.1.4), not even with a source route. */
const LONGEST_TEXT = 512;

/** Nearly every address there is: ASCII, no quotes, a domain that needs no translation. */
const PLAIN =
  /^([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*)@((?:\w(?:[\w-]{0,61}\w)?\.)*[A-Za-z](?:[\w-]{0,61}\w)?)$/;
const A_LABEL = /xn--/i;
const DOT_STRING = /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u;
const QUOTED = /^"((?:[ !#-[\]-~\u0080-\u{10ffff}]|\\[ -~])*)"@(.*)$/u;
/** What each hop of a source route is, is nobody's interest any more. */
const SOURCE_ROUTE = /^@(?:\[[^\]@,]*\]|[^@,:[\]\s"]+)(?:,@(?:\[[^\]@,]*\]|[^@,:[\]\s"]+))*:/;
/** Control characters, half characters, what stands for octets that were no UTF-8, and line ends of Unicode's. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{fffd}]/u;
const BEYOND_ASCII = /[^\0-\u007f]/;
const POSTMASTER = /^postmaster$/i;

/**
 * Throws *address-invalid*, or *address-not-ascii* for one that only SMTPUTF8 could bring. The bare `postmaster` is
 * accepted: whether it may stand here is the caller's to know (RFC 5321 section 4.1.1.3: as a recipient).
 */
export function parseMailAddress(text: string, syntax: AddressSyntax): MailAddress {
  const [, localPart, domain] = (text.length <= ADDRESS_OCTETS && PLAIN.exec(text)) || [];
  if (localPart === undefined || domain === undefined || A_LABEL.test(domain)) {
    return parseUncommon(text, syntax);
  }
  if (localPart.length > LOCAL_PART_OCTETS) throw invalid(text, 'its local part is longer than 64 octets');
  const lower = domain.toLowerCase();
  return { localPart, domain: lower, text: `${localPart}@${lower}` };
}

/** Who it would be as a user of ours; undefined where no user can have this address. */
export function loginOfAddress(
  { localPart, domain }: MailAddress,
  spelling: LoginSpelling,
): Login | undefined {
  if (domain === '' || domain.startsWith('[')) return undefined;
  try {
    return parseLogin(`${localPart}@${domain}`, spelling);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** As mail has it: with quotes where its local part needs them (RFC 5321 section 4.1.2). */
export function addressOfLogin(login: Login): string {
  const at = login.lastIndexOf('@');
  return `${written(login.slice(0, at))}${login.slice(at)}`;
}

function parseUncommon(text: string, { isUtf8Allowed }: AddressSyntax): MailAddress {
  if (text.length > LONGEST_TEXT) throw invalid(text, 'it is too long');
  if (FORBIDDEN.test(text)) throw invalid(text, 'it has a control character or is no UTF-8');
  if (!isUtf8Allowed && BEYOND_ASCII.test(text)) {
    throw new Failure('address-not-ascii', `${shown(text)} needs SMTPUTF8`);
  }
  const path = text.replace(SOURCE_ROUTE, '');
  if (POSTMASTER.test(path)) return { localPart: path, domain: '', text: path };
  const { localPart, domain } = path.startsWith('"') ? quotedParts(path) : plainParts(path);
  const local = written(localPart);
  if (Buffer.byteLength(local) > LOCAL_PART_OCTETS) {
    throw invalid(text, 'its local part is longer than 64 octets');
  }
  const whole = `${local}@${canonicalDomain(domain, text)}`;
  if (Buffer.byteLength(whole) > ADDRESS_OCTETS) throw invalid(text, 'it is longer than 254 octets');
  return { localPart, domain: whole.slice(local.length + 1), text: whole };
}

function quotedParts(path: string): { localPart: string; domain: string } {
  const [, content, domain] = QUOTED.exec(path) ?? [];
  if (content === undefined || domain === undefined) throw invalid(path, 'its quotes are wrong');
  return { localPart: content.replace(/\\(.)/g, '$1'), domain };
}

function plainParts(path: string): { localPart: string; domain: string } {
  const at = path.indexOf('@');
  if (at < 0) throw invalid(path, 'it has no @');
  const localPart = path.slice(0, at);
  if (!isDotString(localPart)) throw invalid(path, 'its local part needs quotes');
  return { localPart, domain: path.slice(at + 1) };
}

function written(localPart: string): string {
  return isDotString(localPart) ? localPart : `"${localPart.replace(/["\\]/g, String.raw`\$&`)}"`;
}

/** No space of any script is an atom's. */
function isDotString(text: string): boolean {
  return DOT_STRING.test(text) && !/\p{Zs}/u.test(text);
}

function canonicalDomain(domain: string, text: string): string {
  if (domain.startsWith('[')) {
    const literal = addressLiteralOf(domain);
    if (literal === undefined) throw invalid(text, 'its address literal is none');
    return literal;
  }
  if (domain.endsWith('.')) throw invalid(text, 'its domain ends with a dot'); // RFC 5321 section 2.3.5
  try {
    return parseDomain(domain);
  } catch (error) {
    if (error instanceof Failure) throw invalid(text, error.message);
    throw error;
  }
}

function invalid(text: string, why: string): Failure {
  return new Failure('address-invalid', `${shown(text)} is not a mail address: ${why}`);
}

/** Quoted and cut, with whatever a terminal would act on escaped. */
function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
