import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TlsKeys, type TlsSettings } from '../../../src/net/tls-keys.js';
import { selfSignedPair, type SelfSignedPair } from '../../../src/net/self-signed.js';
import { failureOfPromise } from '../../failure-from.js';
import { RecordedLog } from '../../recorded-log.js';
import { TemporaryFolder } from '../../temporary-folder.js';
import { VirtualTime } from '../../virtual-time.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_MS = Date.UTC(2026, 0, 1);

function pairFor(host: string, days = 365): Promise<SelfSignedPair> {
  return selfSignedPair({ host, validFromMs: NOW_MS - DAY_MS, validUntilMs: NOW_MS + days * DAY_MS });
}

describe('certificates', () => {
  let folder: TemporaryFolder;
  let log: RecordedLog;
  let names: TlsSettings['names'];
  let first: SelfSignedPair;
  let second: SelfSignedPair;

  beforeAll(async () => {
    first = await pairFor('mx.example.com');
    second = await pairFor('mail.example.net');
  });

  beforeEach(() => {
    folder?.remove();
    folder = new TemporaryFolder();
    log = new RecordedLog();
    names = {};
  });

  afterAll(() => folder.remove());

  function files(name: string): { cert: string; key: string } {
    return { cert: `${folder.path}/${name}.cert.pem`, key: `${folder.path}/${name}.key.pem` };
  }

  function write(name: string, { cert, key }: SelfSignedPair): void {
    folder.write({ [`${name}.cert.pem`]: cert, [`${name}.key.pem`]: key });
  }

  function open(pair = files('node')): Promise<TlsKeys> {
    const settings = (): TlsSettings => ({ pair, names });
    return TlsKeys.open({ settings, clock: new VirtualTime(NOW_MS), log });
  }

  it('are shown by the name that a client asks for, else that of the node', async () => {
    write('node', first);
    write('other', second);
    names = { 'mail.example.net': files('other') };
    const keys = await open();
    const [own, others] = [keys.secureContext(), keys.secureContext('mail.example.net')];
    expect(others).not.toBe(own);
    expect(keys.secureContext('MAIL.Example.net')).toBe(others);
    expect(keys.secureContext('mail.example.net.')).toBe(others);
    expect(keys.secureContext('mx.example.org')).toBe(own);
    expect(keys.secureContext('')).toBe(own);
    expect(log.lines).toEqual([]);
  });

  it.each([
    { kind: 'the certificate is missing', file: 'node.cert.pem', content: undefined },
    { kind: 'the key is missing', file: 'node.key.pem', content: undefined },
    { kind: 'the certificate is none', file: 'node.cert.pem', content: 'no certificate' },
    { kind: 'the key is none', file: 'node.key.pem', content: 'no key' },
    { kind: 'the key is that of another', file: 'node.key.pem', content: 'another' },
  ])('stop the start when $kind', async ({ file, content }) => {
    write('node', first);
    const text = content === 'another' ? second.key : content;
    if (text === undefined) folder.write({ 'node.cert.pem': first.cert });
    const pair = { ...files('node'), [file.includes('key') ? 'key' : 'cert']: `${folder.path}/bad/${file}` };
    if (text !== undefined) folder.write({ [`bad/${file}`]: text });
    const settings = (): TlsSettings => ({ pair, names });
    const failure = await failureOfPromise(TlsKeys.open({ settings, clock: new VirtualTime(NOW_MS), log }));
    expect(failure.code).toBe('tls-unusable');
    expect(failure.message).toContain(`${folder.path}/bad/${file}`);
  });

  it('stop the start when one for another name is broken', async () => {
    write('node', first);
    names = { 'mail.example.net': files('other') };
    expect((await failureOfPromise(open())).message).toContain(files('other').cert);
  });

  it('are read again', async () => {
    write('node', first);
    const keys = await open();
    const before = keys.secureContext();
    write('node', second);
    await keys.reload();
    expect(keys.secureContext()).not.toBe(before);
    expect(log.lines).toEqual([
      { event: 'tls.reloaded', cert: files('node').cert, expires: expect.stringMatching(/^2027-/) },
    ]);
  });

  it('stay as they are when nothing has changed', async () => {
    write('node', first);
    const keys = await open();
    const before = keys.secureContext();
    write('node', first);
    await keys.reload();
    expect(keys.secureContext()).toBe(before);
    expect(log.lines).toEqual([]);
  });

  it('stay in use when the new pair is broken, and the others are replaced nevertheless', async () => {
    write('node', first);
    write('other', second);
    names = { 'mail.example.net': files('other') };
    const keys = await open();
    const [own, others] = [keys.secureContext(), keys.secureContext('mail.example.net')];
    folder.write({ 'node.cert.pem': second.cert });
    write('other', first);
    await keys.reload();
    expect(keys.secureContext()).toBe(own);
    expect(keys.secureContext('mail.example.net')).not.toBe(others);
    expect(log.lines.map(({ event }) => event)).toEqual(['tls.reload-refused', 'tls.reloaded']);
    expect(log.lines[0]).toMatchObject({
      code: 'tls-unusable',
      says: expect.stringContaining(files('node').key),
    });
  });

  it('come and go with the names in the settings', async () => {
    write('node', first);
    const keys = await open();
    write('other', second);
    names = { 'mail.example.net': files('other') };
    await keys.reload();
    expect(keys.secureContext('mail.example.net')).not.toBe(keys.secureContext());
    names = {};
    await keys.reload();
    expect(keys.secureContext('mail.example.net')).toBe(keys.secureContext());
  });

  it('of a new name that are broken leave the name to the certificate of the node', async () => {
    write('node', first);
    const keys = await open();
    names = { 'mail.example.net': files('other') };
    await keys.reload();
    expect(keys.secureContext('mail.example.net')).toBe(keys.secureContext());
    expect(log.of('tls.reload-refused')).toHaveLength(1);
  });

  it.each([
    { days: 13, says: [expect.objectContaining({ event: 'tls.expires', days: 13 })] },
    { days: 14, says: [] },
  ])('that end in $days days are spoken of, if it is less than two weeks', async ({ days, says }) => {
    write('node', await pairFor('mx.example.com', days));
    await open();
    expect(log.lines).toEqual(says);
  });
});
