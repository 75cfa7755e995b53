// The certificates that clients are shown: one for the node, and further ones for clients that ask for another host by
// its name (SNI, RFC 6066 section 3). They can be read again while the program runs: a pair that turns out to be broken
// is refused with a line in the log, and the one before stays in use, whatever becomes of the others.
import { createSecureContext, type SecureContext, type TLSSocketOptions } from 'node:tls';
import type { Clock } from '../base/clock.js';
import { failureOf } from '../base/failure.js';
import type { Log } from '../base/log.js';
import { readPair, unusable, type CertificatePair, type PairFiles } from './certificate-pair.js';

export interface TlsSettings {
  /** Shown to whoever asks for no host, or for one without a certificate of its own. */
  readonly pair: PairFiles;
  /** By host name in lower case. */
  readonly names: Readonly<Record<string, PairFiles>>;
}

export interface TlsKeysParts {
  readonly settings: () => TlsSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** 48 octets that all processes of a node share, so that a client resumes its session with any of them. */
  readonly ticketKeys?: Buffer;
}

/** What a TLS server needs of them. */
export interface ServerTls {
  serverOptions(): TLSSocketOptions;
}

interface ShownPair {
  readonly pair: CertificatePair;
  readonly context: SecureContext;
}

/** Not a host name, so never one that a client asks for. */
const NODE_ITSELF = '';

/** RFC 8314 section 4.1 asks for TLS 1.2; the ciphers are those that it has left with forward secrecy (RFC 9325 section 4.2). */
const STRENGTH = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
  ecdhCurve: 'X25519:P-256:P-384',
} as const;

const DAY_MS = 24 * 60 * 60 * 1000;
const WARN_DAYS = 14;

export class TlsKeys implements ServerTls {
  readonly #parts: TlsKeysParts;
  #shown: ReadonlyMap<string, ShownPair>;
  #reloading: Promise<void> = Promise.resolve();

  private constructor(parts: TlsKeysParts, shown: ReadonlyMap<string, ShownPair>) {
    this.#parts = parts;
    this.#shown = shown;
  }

  /** At start nothing is forgiven: fails with *tls-unusable*. */
  static async open(parts: TlsKeysParts): Promise<TlsKeys> {
    const shown = new Map<string, ShownPair>();
    for (const [name, files] of wantedPairs(parts.settings())) {
      shown.set(name, contextFor(await readPair(files), parts.ticketKeys));
    }
    const keys = new TlsKeys(parts, shown);
    keys.warnOfExpiry();
    return keys;
  }

  /** For a host that a client asked for; of the node itself where it asked for none, or for one that we don't know. */
  secureContext(host = NODE_ITSELF): SecureContext {
    const shown = this.#shown.get(host.toLowerCase().replace(/\.$/, '')) ?? this.#shown.get(NODE_ITSELF);
    if (shown === undefined) throw new TypeError('a node has a certificate from the start');
    return shown.context;
  }

  /** For `new TLSSocket(socket, …)`. */
  serverOptions(): TLSSocketOptions {
    return {
      isServer: true,
      secureContext: this.secureContext(),
      SNICallback: (host, answer) => answer(null, this.secureContext(host)),
    };
  }

  /** Resolves when the files, as they were at the call or later, are in use or refused. */
  reload(): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reload());
    return this.#reloading;
  }

  /** The files in which there may be something new. */
  files(): readonly string[] {
    return wantedPairs(this.#parts.settings()).flatMap(([, { cert, key }]) => [cert, key]);
  }

  /** A line for each certificate that has two weeks left, or none. */
  warnOfExpiry(): void {
    for (const { pair } of this.#shown.values()) {
      const days = Math.floor((pair.expiresAtMs - this.#parts.clock.wallMs()) / DAY_MS);
      if (days < WARN_DAYS) this.#parts.log.write('tls.expires', { cert: pair.files.cert, days });
    }
  }

  async #reload(): Promise<void> {
    const shown = new Map<string, ShownPair>();
    for (const [name, files] of wantedPairs(this.#parts.settings())) {
      const pair = await this.#newOrOld(name, files);
      if (pair !== undefined) shown.set(name, pair);
    }
    this.#shown = shown;
  }

  async #newOrOld(name: string, files: PairFiles): Promise<ShownPair | undefined> {
    const old = this.#shown.get(name);
    const { log, ticketKeys } = this.#parts;
    try {
      const pair = await readPair(files);
      if (pair.digest === old?.pair.digest) return old;
      const shown = contextFor(pair, ticketKeys);
      log.write('tls.reloaded', { cert: files.cert, expires: new Date(pair.expiresAtMs).toISOString() });
      return shown;
    } catch (error) {
      const { code, message } = failureOf(error);
      log.write('tls.reload-refused', { code, says: message });
      return old;
    }
  }
}

function wantedPairs({ pair, names }: TlsSettings): ReadonlyArray<readonly [string, PairFiles]> {
  return [[NODE_ITSELF, pair], ...Object.entries(names)];
}

/** OpenSSL has demands of its own, as on the length of a key. */
function contextFor(pair: CertificatePair, ticketKeys: Buffer | undefined): ShownPair {
  const { cert, key, files } = pair;
  const tickets = ticketKeys === undefined ? {} : { ticketKeys };
  try {
    return { pair, context: createSecureContext({ ...STRENGTH, ...tickets, cert, key }) };
  } catch (error) {
    throw unusable(files.cert, error);
  }
}
