import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { failureOfPromise } from '../failure-from.js';
import { until } from '../until.js';
import { line, Listening, LOCALHOST } from './listening.js';

const HEADER = 'PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\n';
const HELLO = 'hello 192.0.2.1 56324 false\r\n';

let listening: Listening;

afterEach(() => listening.close());

describe('a listener', () => {
  it('hands a client on with its address and port', async () => {
    listening = new Listening();
    const listener = await listening.open();
    const client = await listening.connect(listener);
    expect(await line(client)).toBe(`hello 127.0.0.1 ${client.localPort} false\r\n`);
    expect(await listening.metric('cassmail_connections_open{protocol="echo"}')).toBe(1);
    expect(await listening.metric('cassmail_connections_accepted_total{protocol="echo"}')).toBe(1);
    client.destroy();
    await until('the client is counted out', async () => {
      return (await listening.metric('cassmail_connections_open{protocol="echo"}')) === 0;
    });
  });

  it('shows an IPv4 client of an IPv6 socket as IPv4', async () => {
    listening = new Listening();
    const listener = await listening.open('none', '::');
    const client = connect(listener.address.port, '127.0.0.1');
    listening.clients.push(client);
    expect(await line(client)).toMatch(/^hello 127\.0\.0\.1 \d+ /);
  });

  it('says where it cannot listen', async () => {
    listening = new Listening();
    const { address } = await listening.open();
    const taken = { address, protocol: 'echo', tls: 'none', handler: listening.protocol } as const;
    const { openListener } = await import('../../src/net/listener.js');
    const failure = await failureOfPromise(openListener(taken, listening.reception));
    expect(failure.code).toBe('listen-failed');
    expect(failure.message).toContain(`127.0.0.1:${address.port}`);
  });

  it('lets nobody in after it was stopped, and leaves those who are in', async () => {
    listening = new Listening();
    const listener = await listening.open();
    const client = await listening.connect(listener);
    await line(client);
    listener.stop();
    const late = connect(listener.address.port, '127.0.0.1');
    await expect(once(late, 'connect')).rejects.toThrow('ECONNREFUSED');
    client.write('still here\r\n');
    expect(await line(client)).toBe('still here\r\n');
  });

  it('survives resets at any moment', async () => {
    listening = new Listening({ proxyProtocol: [LOCALHOST] });
    const listener = await listening.open();
    for (const said of ['', 'PROXY', `${HEADER}x`, 'nonsense', `${HEADER}QUIT\r\n`]) {
      const client = await listening.connect(listener);
      client.write(said);
      client.resetAndDestroy();
    }
    const client = await listening.connect(listener);
    client.write(HEADER);
    expect(await line(client)).toBe(HELLO);
  });
});

describe('the limits of a reception', () => {
  it('have one client too many refused in the words of the protocol, and closed', async () => {
    listening = new Listening({ connections: 2 });
    const [one, other] = [await listening.open(), await listening.open()];
    const first = await listening.connect(one);
    await line(first);
    await line(await listening.connect(other));
    const third = await listening.connect(one);
    third.write('EHLO too early\r\n');
    expect(await line(third)).toBe('too many\r\n');
    expect(listening.log.of('client.refused')).toEqual([
      expect.objectContaining({ protocol: 'echo', client: '127.0.0.1', reason: 'connections' }),
    ]);
    const refused = 'cassmail_connections_refused_total{protocol="echo",reason="connections"}';
    expect(await listening.metric(refused)).toBe(1);
    first.destroy();
    await until('there is room again', async () => {
      const greeting = await line(await listening.connect(one));
      return greeting.startsWith('hello');
    });
  });

  it('count the address that the PROXY header tells', async () => {
    listening = new Listening({ connectionsPerIp: 1, proxyProtocol: [LOCALHOST] });
    const listener = await listening.open();
    const first = await listening.connect(listener);
    first.write(HEADER);
    expect(await line(first)).toBe(HELLO);
    const second = await listening.connect(listener);
    second.write(HEADER);
    expect(await line(second)).toBe('too many\r\n');
    expect(listening.log.of('client.refused')).toEqual([
      expect.objectContaining({ client: '192.0.2.1', reason: 'connections-per-ip' }),
    ]);
    const third = await listening.connect(listener);
    third.write(HEADER.replace('192.0.2.1', '192.0.2.9'));
    expect(await line(third)).toMatch(/^hello 192\.0\.2\.9 /);
  });

  it('close a refused client that does not go by itself', async () => {
    listening = new Listening({ connections: 1 });
    const listener = await listening.open();
    await line(await listening.connect(listener));
    listening.protocol.refuse = () => undefined;
    const second = await listening.connect(listener);
    const gone = once(second, 'close');
    second.resume();
    await until('the refusal is under way', () => listening.time.pending > 0);
    await listening.time.advance(1_000);
    await gone;
    expect(listening.time.pending).toBe(0);
  });

  it('spend words on a hundred refused clients at a time, and log a few', async () => {
    listening = new Listening({ connections: 1 });
    const listener = await listening.open();
    await line(await listening.connect(listener));
    let spoken = 0;
    listening.protocol.refuse = () => {
      spoken += 1;
    };
    const clients = await Promise.all(Array.from({ length: 120 }, () => listening.connect(listener)));
    for (const client of clients) client.resume();
    const reason = 'cassmail_connections_refused_total{protocol="echo",reason="connections"}';
    await until('all are refused', async () => (await listening.metric(reason)) === 120);
    expect(spoken).toBe(100);
    expect(listening.log.of('client.refused')).toHaveLength(5);
    await until('those beyond are closed', () => clients.filter(({ closed }) => closed).length === 20);
  });
});

describe('a client behind a load balancer', () => {
  it.each([1, 3, 1000])('is known by its PROXY header, sent in pieces of %d', async (step) => {
    listening = new Listening({ proxyProtocol: [LOCALHOST] });
    const client = await listening.connect(await listening.open());
    client.setNoDelay(true);
    const said = `${HEADER}first words\r\n`;
    for (let at = 0; at < said.length; at += step) {
      client.write(said.slice(at, at + step));
      await new Promise((resolve) => setImmediate(resolve));
    }
    let heard = '';
    client.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
    await until('the echo came', () => heard.endsWith('words\r\n'));
    expect(heard).toBe(`${HELLO}first words\r\n`);
  });

  it.each([
    { kind: 'no header', said: 'EHLO mx.example.com\r\n', says: 'begin' },
    { kind: 'a wrong header', said: 'PROXY TCP4 1 2 3 4\r\n', says: 'version 1' },
    { kind: 'an endless header', said: 'PROXY '.padEnd(200, 'x'), says: '107' },
  ])('is closed for $kind', async ({ said, says }) => {
    listening = new Listening({ proxyProtocol: [LOCALHOST] });
    const client = await listening.connect(await listening.open());
    client.write(said);
    expect(await line(client)).toBe('');
    expect(listening.log.of('client.proxy-header-refused')).toEqual([
      {
        event: 'client.proxy-header-refused',
        protocol: 'echo',
        proxy: '127.0.0.1',
        says: expect.stringContaining(says),
      },
    ]);
    expect(listening.protocol.connections).toHaveLength(0);
  });

  it('is closed when the header does not come in time', async () => {
    listening = new Listening({ proxyProtocol: [LOCALHOST] });
    const client = await listening.connect(await listening.open());
    client.write('PROXY TCP4 ');
    await until('the header is waited for', () => listening.time.pending > 0);
    await listening.time.advance(4_999);
    expect(client.closed).toBe(false);
    const answer = line(client);
    await listening.time.advance(1);
    expect(await answer).toBe('');
  });

  it('is not spoken of when it closes without a word, as health checks do', async () => {
    listening = new Listening({ proxyProtocol: [LOCALHOST] });
    const client = await listening.connect(await listening.open());
    await until('the header is waited for', () => listening.time.pending > 0);
    client.end();
    expect(await line(client)).toBe('');
    expect(listening.log.lines).toEqual([]);
  });

  it('is never believed where it is not expected', async () => {
    listening = new Listening({ proxyProtocol: [{ family: 4, address: '10.0.0.0', prefix: 8 }] });
    const client = await listening.connect(await listening.open());
    expect(await line(client)).toMatch(/^hello 127\.0\.0\.1 /);
    client.write(HEADER);
    expect(await line(client)).toBe(HEADER);
  });
});
