import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../../src/base/random.js';
import type { PairFiles } from '../../../src/net/certificate-pair.js';
import { readPair } from '../../../src/net/certificate-pair.js';
import { ensureOwnPair } from '../../../src/net/own-pair.js';
import { failureOfPromise } from '../../failure-from.js';
import { RecordedLog } from '../../recorded-log.js';
import { TemporaryFolder } from '../../temporary-folder.js';
import { VirtualTime } from '../../virtual-time.js';

describe("a node's own pair", () => {
  let folder: TemporaryFolder;
  let log: RecordedLog;

  beforeEach(() => {
    folder = new TemporaryFolder();
    log = new RecordedLog();
  });

  afterEach(() => folder.remove());

  function ensure(host = 'mx.example.com'): Promise<PairFiles> {
    const tls = `${folder.path}/data/tls`;
    return ensureOwnPair({ folder: tls, host, clock: new VirtualTime(), random: systemRandom, log });
  }

  it('is good for the host and this machine, for ten years, from yesterday on', async () => {
    const { cert } = await ensure();
    const certificate = new X509Certificate(readFileSync(cert));
    for (const host of ['mx.example.com', 'localhost']) expect(certificate.checkHost(host)).toBe(host);
    for (const ip of ['127.0.0.1', '::1']) expect(certificate.checkIP(ip)).toBeDefined();
    expect(certificate.checkHost('example.com')).toBeUndefined();
    expect(Date.parse(certificate.validFrom)).toBe(Date.UTC(2025, 11, 31));
    expect(new Date(certificate.validTo).getUTCFullYear()).toBe(2035);
    expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it.each(['192.0.2.1', 'h'.repeat(63).concat('.example.com'), 'under_score'])(
    'can be made for the host %s',
    async (host) => {
      const { cert } = await ensure(host);
      const names = new X509Certificate(readFileSync(cert)).subjectAltName;
      expect(names).toContain(host);
    },
  );

  it('has a key that nobody else can read', async () => {
    const { key } = await ensure();
    expect(statSync(key).mode & 0o777).toBe(0o600);
  });

  it('is made once', async () => {
    const files = await ensure();
    const before = await readPair(files);
    expect(await readPair(await ensure('other.example.com'))).toEqual(before);
    expect(log.lines).toEqual([{ event: 'tls.self-signed', cert: files.cert, host: 'mx.example.com' }]);
  });

  it('is made once, also by many who start at the same time, and nothing else is left behind', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => ensure()));
    const digests = await Promise.all(all.map(async (files) => (await readPair(files)).digest));
    expect(new Set(digests).size).toBe(1);
    expect(log.lines).toHaveLength(1);
    expect(readdirSync(`${folder.path}/data/tls`)).toEqual(['self-signed']);
  });

  it('is refused where there can be no folder', async () => {
    folder.write({ data: 'a file' });
    const failure = await failureOfPromise(ensure());
    expect(failure.code).toBe('tls-unusable');
    expect(failure.message).toContain(`${folder.path}/data/tls`);
  });
});
