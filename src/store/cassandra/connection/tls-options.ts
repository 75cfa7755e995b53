// TLS towards ring nodes, for the probe and the driver alike. Certificates are verified unless that was switched off on
// purpose; the driver's own default is to accept any.
import type { ConnectionOptions } from 'node:tls';

export interface TlsSettings {
  /** Authorities to trust instead of the system's, PEM. */
  readonly ca?: string | undefined;
  /** Our own certificate and key, PEM, where the ring asks for one. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Refuse a node whose certificate is not signed by a known authority, or not for its address. */
  readonly verify: boolean;
}

export function tlsOptions({ ca, cert, key, verify }: TlsSettings): ConnectionOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: verify,
  };
}
