// What AUTH carries, decoded: base64 that is really base64, and the three parts of PLAIN (RFC 4616 section 2).

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined: not base64, or not UTF-8 in it. */
export function decodedBase64(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined;
  try {
    return utf8.decode(Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

/** Undefined: not of PLAIN's form. *not-himself*: who logs in may act as nobody else. */
export function plainCredentials(decoded: string): Credentials | 'not-himself' | undefined {
  const [authorization, user, password, ...more] = decoded.split('\0');
  if (authorization === undefined || user === undefined || password === undefined || more.length > 0)
    return undefined;
  if (user === '' || password === '') return undefined;
  return authorization === '' || authorization === user ? { user, password } : 'not-himself';
}
