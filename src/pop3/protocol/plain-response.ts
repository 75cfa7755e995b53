// The one message of SASL PLAIN (RFC 4616 section 2): authorisation identity, user and password between NULs, in base64
// (RFC 5034 section 4). Nobody may act for somebody else here: the first is empty or the same as the second.
import { isUtf8 } from 'node:buffer';

export interface PlainCredentials {
  readonly user: string;
  readonly password: string;
}

/** Longest response we take: three times 255 octets and more in base64. */
export const SASL_LINE_OCTETS = 2048;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export function parsePlainResponse(line: string): PlainCredentials | 'malformed' | 'not-authorized' {
  const encoded = line === '=' ? '' : line; // RFC 5034 section 4: an empty initial response
  if (!BASE64.test(encoded)) return 'malformed';
  const octets = Buffer.from(encoded, 'base64');
  if (!isUtf8(octets)) return 'malformed';
  const [authority, user, password, ...more] = octets.toString().split('\0');
  if (authority === undefined || user === undefined || password === undefined || more.length > 0) {
    return 'malformed';
  }
  if (user === '' || password === '') return 'malformed';
  return authority === '' || authority === user ? { user, password } : 'not-authorized';
}
