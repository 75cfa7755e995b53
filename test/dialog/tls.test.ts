import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../src/base/random.js';
import { Metrics } from '../../src/base/metrics.js';
import { upgradeToTls } from '../../src/net/handshake.js';
import { ensureOwnPair } from '../../src/net/own-pair.js';
import { TlsKeys, type TlsSettings } from '../../src/net/tls-keys.js';
import { failureOfPromise } from '../failure-from.js';
import { RecordedLog } from '../recorded-log.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { until } from '../until.js';
import { VirtualTime } from '../virtual-time.js';
import { line, Listening, LOCALHOST, securely } from './listening.js';

const folder = new TemporaryFolder();
const HEADER = 'PROXY TCP4 192.0.2.1 198.51.100.2 56324 465\r\n';
const FAILED = 'cassmail_tls_handshakes_total{protocol="echo",outcome="failed"}';
let keys: TlsKeys;
let listening: Listening;

beforeAll(async () => {
  const clock = new VirtualTime(Date.now());
  const log = new RecordedLog();
  const own = { folder: folder.path, host: 'mx.example.com', clock, random: systemRandom, log };
  const pair = await ensureOwnPair(own);
  keys = await TlsKeys.open({ settings: () => ({ pair, names: {} }), clock, log });
});

afterAll(() => folder.remove());

/** Of a node that is mx.example.com, and mail.example.net to whoever asks for that. */
async function keysFor(ticketKeys?: Buffer): Promise<TlsKeys> {
  const clock = new VirtualTime(Date.now());
  const log = new RecordedLog();
  const hosts = ['mx.example.com', 'mail.example.net'];
  const [pair, other] = await Promise.all(
    hosts.map((host) =>
      ensureOwnPair({ folder: `${folder.path}/${host}`, host, clock, random: systemRandom, log }),
    ),
  );
  if (pair === undefined || other === undefined) throw new TypeError('two hosts, two pairs');
  const settings = (): TlsSettings => ({ pair, names: { 'mail.example.net': other } });
  return TlsKeys.open({ settings, clock, log, ...(ticketKeys === undefined ? {} : { ticketKeys }) });
}

describe('a listener with TLS at once', () => {
  afterEach(() => listening.close());

  it('hands a client on after its handshake', async () => {
    listening = new Listening({ tls: keys });
    const client = await securely(await listening.connect(await listening.open('implicit')));
    expect(await line(client)).toMatch(/^hello 127\.0\.0\.1 \d+ true\r\n$/);
    expect(listening.protocol.connections[0]?.socket).toBeInstanceOf(TLSSocket);
    expect(await listening.metric('cassmail_tls_handshakes_total{protocol="echo",outcome="ok"}')).toBe(1);
    client.write('secret\r\n');
    expect(await line(client)).toBe('secret\r\n');
  });

  it('reads the PROXY header before the handshake, also where both come at once', async () => {
    listening = new Listening({ tls: keys, proxyProtocol: [LOCALHOST] });
    const socket = await listening.connect(await listening.open('implicit'));
    socket.cork();
    socket.write(HEADER);
    const client = securely(socket);
    process.nextTick(() => socket.uncork());
    expect(await line(await client)).toBe('hello 192.0.2.1 56324 true\r\n');
  });

  it('counts a client out when it goes, and gives its place back', async () => {
    listening = new Listening({ tls: keys, connections: 1 });
    const listener = await listening.open('implicit');
    const client = await securely(await listening.connect(listener));
    await line(client);
    client.end();
    await until('the client is counted out', async () => {
      return (await listening.metric('cassmail_connections_open{protocol="echo"}')) === 0;
    });
    const next = await securely(await listening.connect(listener));
    expect(await line(next)).toMatch(/^hello/);
  });

  it.each([
    { kind: 'speaks plain', said: 'EHLO mx.example.com\r\n' },
    { kind: 'speaks HTTP', said: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' },
    { kind: 'leaves', said: undefined },
  ])('closes a client that $kind, and says so', async ({ said }) => {
    listening = new Listening({ tls: keys });
    const client = await listening.connect(await listening.open('implicit'));
    if (said === undefined) client.end();
    else client.write(said);
    await line(client);
    await until('a line is logged', () => listening.log.of('client.handshake-failed').length === 1);
    expect(listening.log.of('client.handshake-failed')).toEqual([
      expect.objectContaining({ protocol: 'echo', client: '127.0.0.1', says: expect.stringMatching(/\w/) }),
    ]);
    expect(await listening.metric(FAILED)).toBe(1);
  });

  it('closes a client whose handshake takes too long', async () => {
    listening = new Listening({ tls: keys });
    const client = await listening.connect(await listening.open('implicit'));
    client.write(Buffer.from([0x16, 0x03])); // the first two octets of a handshake record
    await until('the handshake is waited for', () => listening.time.pending > 0);
    await listening.time.advance(9_999);
    expect(client.closed).toBe(false);
    const answer = line(client);
    await listening.time.advance(1);
    expect(await answer).toBe('');
  });

  it('closes a client too many without a handshake', async () => {
    listening = new Listening({ tls: keys, connections: 1 });
    const listener = await listening.open('implicit');
    await line(await securely(await listening.connect(listener)));
    expect(await line(await listening.connect(listener))).toBe('');
    expect(listening.protocol.refused).toHaveLength(0);
  });

  it('survives handshakes that are reset or dropped on its own side, and goes on', async () => {
    listening = new Listening({ tls: keys });
    const listener = await listening.open('implicit');
    for (let round = 0; round < 50; round += 1) {
      const client = await listening.connect(listener);
      client.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
      if (round % 2 === 0) client.resetAndDestroy();
    }
    await until('25 handshakes are under way', async () => (await listening.metric(FAILED)) === 25);
    listener.stop();
    await until('none is', async () => (await listening.metric(FAILED)) === 50);
    const again = await listening.open('implicit');
    expect(await line(await securely(await listening.connect(again)))).toMatch(/^hello/);
  });

  it('closes a connection in which something comes that is no TLS', async () => {
    listening = new Listening({ tls: keys });
    const socket = await listening.connect(await listening.open('implicit'));
    const client = await securely(socket);
    await line(client);
    socket.write('no record of TLS at all\r\n');
    const server = listening.protocol.connections[0]?.socket;
    await until('the server has closed', () => server?.closed === true);
    expect(client.encrypted && server?.destroyed).toBe(true);
  });
});

describe('the certificate that a client is shown', () => {
  afterEach(() => listening.close());

  it.each([
    { asked: 'mail.example.net', shown: 'mail.example.net' },
    { asked: 'MAIL.EXAMPLE.NET', shown: 'mail.example.net' },
    { asked: 'nobody.example.org', shown: 'mx.example.com' },
    { asked: undefined, shown: 'mx.example.com' },
  ])('is that of $shown for $asked (RFC 6066 section 3)', async ({ asked, shown }) => {
    listening = new Listening({ tls: await keysFor() });
    const socket = await listening.connect(await listening.open('implicit'));
    const client = await securely(socket, asked === undefined ? {} : { servername: asked });
    expect(client.getPeerCertificate().subject.CN).toBe(shown);
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)(
    'is shown to nobody who speaks %s (RFC 8314 section 4.1)',
    async (version) => {
      listening = new Listening({ tls: await keysFor() });
      const socket = await listening.connect(await listening.open('implicit'));
      const tooOld = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      await expect(securely(socket, tooOld)).rejects.toThrow(/alert protocol version|protocol_version/i);
    },
  );

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'comes with a session that another process resumes (%s)',
    async (version) => {
      const ticketKeys = Buffer.alloc(48, 7);
      listening = new Listening({ tls: await keysFor(ticketKeys) });
      const first = await listening.connect(await listening.open('implicit'));
      const opened = connectTls({ socket: first, rejectUnauthorized: false, maxVersion: version });
      const [session] = (await once(opened, 'session')) as [Buffer];
      listening.close();
      listening = new Listening({ tls: await keysFor(ticketKeys) });
      const again = await listening.connect(await listening.open('implicit'));
      const resumed = await securely(again, { session, maxVersion: version });
      expect(resumed.isSessionReused()).toBe(true);
    },
  );
});

describe('TLS in the middle of a connection', () => {
  const time = new VirtualTime();
  const metrics = new Metrics();
  const server = createServer();

  /** Both sides of a connection. The server has heard STLS, says `go`, and begins. */
  async function meet(): Promise<{ client: Socket; socket: Socket; begin: () => Promise<TLSSocket> }> {
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    client.on('error', () => undefined);
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.on('error', () => undefined);
    client.write('STLS\r\n');
    expect(await line(socket)).toBe('STLS\r\n');
    const begin = (): Promise<TLSSocket> => {
      socket.write('go\r\n');
      const options = { protocol: 'pop3', timeoutMs: 1_000 };
      return upgradeToTls(socket, options, { tls: keys, timers: time, metrics });
    };
    return { client, socket, begin };
  }

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => {
    server.close();
  });

  it('is reached after the go-ahead', async () => {
    const { client, begin } = await meet();
    const secured = begin();
    expect(await line(client)).toBe('go\r\n');
    const clientSide = await securely(client);
    const serverSide = await secured;
    serverSide.write('welcome\r\n');
    expect(await line(clientSide)).toBe('welcome\r\n');
    clientSide.destroy();
  });

  it('forgets what was sent before the go-ahead (RFC 2595 section 4)', async () => {
    const { client, socket, begin } = await meet();
    client.write('USER injected\r\n');
    socket.read(0);
    await until('the injected command has come', () => socket.readableLength > 0);
    const secured = begin();
    expect(await line(client)).toBe('go\r\n');
    const clientSide = await securely(client);
    clientSide.write('CAPA\r\n');
    expect(await line(await secured)).toBe('CAPA\r\n');
    clientSide.destroy();
  });

  it('does not begin with a command that comes after the go-ahead', async () => {
    const { client, begin } = await meet();
    const failure = failureOfPromise(begin());
    client.write('USER injected\r\n');
    expect((await failure).code).toBe('tls-handshake-failed');
  });

  it('is not waited for longer than allowed', async () => {
    const { client, begin } = await meet();
    const failure = failureOfPromise(begin());
    expect(await line(client)).toBe('go\r\n');
    await time.advance(1_000);
    expect((await failure).code).toBe('tls-handshake-failed');
    expect(await line(client)).toBe('');
  });
});
