// A certificate and its key as they lie in files: read, and known to belong together before anybody uses them.
import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Failure } from '../base/failure.js';
import { isError } from '../base/is-error.js';

export interface PairFiles {
  /** PEM: the certificate, then those that lead to an authority. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export interface CertificatePair {
  readonly files: PairFiles;
  readonly cert: string;
  readonly key: string;
  readonly expiresAtMs: number;
  /** Two pairs are the same when their digests are. */
  readonly digest: string;
}

/** Fails with *tls-unusable*, naming the file and what is wrong with it. */
export async function readPair(files: PairFiles): Promise<CertificatePair> {
  const cert = await textOf(files.cert);
  const key = await textOf(files.key);
  const certificate = understood(files.cert, () => new X509Certificate(cert));
  const privateKey = understood(files.key, () => createPrivateKey(key));
  if (!belongTogether(certificate, privateKey)) {
    throw new Failure(
      'tls-unusable',
      `${files.key} is not the key of the first certificate in ${files.cert}`,
    );
  }
  return {
    files,
    cert,
    key,
    expiresAtMs: Date.parse(certificate.validTo),
    digest: createHash('sha256').update(cert).update('\0').update(key).digest('hex'),
  };
}

function belongTogether(certificate: X509Certificate, key: KeyObject): boolean {
  return certificate.checkPrivateKey(key);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unusable(file, error);
  }
}

function understood<Value>(file: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw unusable(file, error);
  }
}

export function unusable(file: string, error: unknown): Failure {
  if (!isError(error)) throw error;
  return new Failure('tls-unusable', `${file} cannot be used: ${error.message}`, { cause: error });
}
