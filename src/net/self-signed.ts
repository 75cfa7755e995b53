// The one file that knows how certificates are made. Its package is slow to load and seldom needed: import this file when
// a pair is to be made, not before.
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

export interface SelfSignedOptions {
  readonly host: string;
  readonly validFromMs: number;
  readonly validUntilMs: number;
}

/** Both in PEM. */
export interface SelfSignedPair {
  readonly cert: string;
  readonly key: string;
}

/** RFC 5280 appendix A.1, ub-common-name. */
const LONGEST_COMMON_NAME = 64;
/** The package's numbers for kinds of names. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;
/** So that whoever tries a node out on this machine may trust the pair as it is. */
const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1'];

/** ECDSA P-256: small, and a handshake costs a tenth of what it would with RSA. */
export async function selfSignedPair({
  host,
  validFromMs,
  validUntilMs,
}: SelfSignedOptions): Promise<SelfSignedPair> {
  const commonName = host.length <= LONGEST_COMMON_NAME ? host : 'localhost';
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(validFromMs),
    notAfterDate: new Date(validUntilMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...new Set([host, ...LOCAL_NAMES])].map(alternativeName) },
    ],
  });
  return { cert, key };
}

function alternativeName(name: string): { type: 2; value: string } | { type: 7; ip: string } {
  return isIP(name) === 0 ? { type: DNS_NAME, value: name } : { type: IP_ADDRESS, ip: name };
}
