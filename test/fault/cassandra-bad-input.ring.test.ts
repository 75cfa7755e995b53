import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectRing, type RingSettings } from '../../src/store/cassandra/connection/connect-ring.js';
import { openRing } from '../../src/store/cassandra/open-ring.js';
import type { Failure } from '../../src/base/failure.js';
import { failureOfPromise } from '../failure-from.js';
import { oneNodeRing } from '../ring-addresses.js';
import { RecordedLog, ringSettings, ringSurroundings } from './ring-opening.js';

const LONG_MS = 120_000;
const SHORT_PATIENCE_MS = 1_000;

const servers: Server[] = [];
/** Nobody reads from those of a silent server, so they do not notice that the other side is gone. */
const sockets: Socket[] = [];

/** Something else that listens where a ring node should. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.destroy());
    onConnection(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no TCP address');
  return address.port;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const socket of sockets.splice(0)) socket.destroy();
});

function refusalOf(settings: RingSettings): Promise<Failure> {
  const opening = openRing(settings, ringSurroundings(new RecordedLog()), { patienceMs: SHORT_PATIENCE_MS });
  return failureOfPromise(opening);
}

function elsewhere(port: number): RingSettings {
  return ringSettings({ contactPoints: ['127.0.0.1'], port, localDataCenter: 'datacenter1' });
}

describe('a contact point that is no ring node', () => {
  it('but an SMTP server is told by its greeting', async () => {
    const port = await listen((socket) => socket.write('220 mx.example.com ESMTP\r\n'));
    const failure = await refusalOf(elsewhere(port));
    expect(failure.code).toBe('ring-not-cassandra');
    expect(failure.message).toContain(`127.0.0.1:${port} does not speak Cassandra's native protocol`);
    expect(failure.message).toContain('(it said "220 mx.example.com ESMTP")');
  });

  it('but an HTTP server is told by its complaint', async () => {
    const port = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    expect((await refusalOf(elsewhere(port))).code).toBe('ring-not-cassandra');
  });

  it('but a TLS server is told by its alert', async () => {
    const alert = Buffer.from([0x15, 0x03, 0x03, 0, 2, 2, 10]);
    const port = await listen((socket) => socket.once('data', () => socket.end(alert)));
    const failure = await refusalOf(elsewhere(port));
    expect(failure.code).toBe('ring-tls-failed');
    expect(failure.message).toContain('store.cassandra.tls.enabled');
  });

  it(
    'and says nothing is waited for, as a ring node that hangs would be, and said so',
    async () => {
      const port = await listen(() => undefined);
      const failure = await refusalOf(elsewhere(port));
      expect(failure.code).toBe('ring-unreachable');
      expect(failure.message).toContain('accepts the connection and says nothing: is it Cassandra?');
    },
    LONG_MS,
  );

  it('and closes at once is waited for, with a hint', async () => {
    const port = await listen((socket) => socket.destroy());
    expect((await refusalOf(elsewhere(port))).code).toBe('ring-unreachable');
  });

  it('and where nobody listens is waited for', async () => {
    const port = await listen(() => undefined);
    for (const server of servers.splice(0)) server.close();
    const failure = await refusalOf(elsewhere(port));
    expect(failure.code).toBe('ring-unreachable');
    expect(failure.message).toContain('ECONNREFUSED');
  });

  it(
    'beside one that is, is complained about and left out',
    async () => {
      const ring = oneNodeRing();
      const log = new RecordedLog();
      const contactPoints = [...ring.contactPoints, '127.0.0.1.invalid'];
      const opened = await openRing(ringSettings({ ...ring, contactPoints }), ringSurroundings(log), {
        patienceMs: LONG_MS,
      });
      await opened.close();
      expect(log.countOf('ring.connected')).toBe(1);
    },
    LONG_MS,
  );
});

describe('a ring that is not as configured', () => {
  it(
    'has no data centre of that name: the names there are, are said',
    async () => {
      const failure = await refusalOf(ringSettings({ ...oneNodeRing(), localDataCenter: 'mars' }));
      expect(failure.code).toBe('ring-datacenter-unknown');
      expect(failure.message).toMatch(/localDataCenter is mars.*datacenter1/);
    },
    LONG_MS,
  );

  it(
    'has the keyspace with another replication',
    async () => {
      const settings = ringSettings(oneNodeRing());
      const opened = await openRing(settings, ringSurroundings(new RecordedLog()), { patienceMs: LONG_MS });
      await opened.close();
      const failure = await refusalOf({ ...settings, replicationFactor: 2 });
      expect(failure.code).toBe('schema-replication');
      expect(failure.message).toContain('keeps { datacenter1: 1 } replicas');
    },
    LONG_MS,
  );

  it('asks for more replicas than are kept', async () => {
    const consistency = { write: 'THREE', read: 'ONE', overrides: {} } as const;
    expect((await refusalOf(ringSettings(oneNodeRing(), { consistency }))).code).toBe('config-invalid');
  });
});

describe('a schema that is not ours', () => {
  const settings = ringSettings(oneNodeRing());

  const alter = async (...statements: readonly string[]): Promise<void> => {
    const { client } = await connectRing(settings, ringSurroundings(new RecordedLog()));
    for (const statement of statements) await client.run(statement);
    await client.close();
  };

  beforeAll(async () => {
    const opened = await openRing(settings, ringSurroundings(new RecordedLog()), { patienceMs: LONG_MS });
    await opened.close();
  }, LONG_MS);

  afterAll(() => alter(`DROP KEYSPACE ${settings.keyspace}`), LONG_MS);

  it(
    'since a newer program was here stops the start',
    async () => {
      await alter(
        `INSERT INTO ${settings.keyspace}.schema_history (number, file, checksum, begun_at_ms, begun_by, finished_at_ms) VALUES (99, '0099-later.cql', 'x', 1, 'y', 2)`,
      );
      const failure = await refusalOf(settings);
      await alter(`DELETE FROM ${settings.keyspace}.schema_history WHERE number = 99`);
      expect(failure.code).toBe('schema-newer');
      expect(failure.message).toContain('0099-later.cql');
    },
    LONG_MS,
  );

  it(
    'since somebody began and never finished stops the start, and says how to finish',
    async () => {
      await alter(
        `DELETE finished_at_ms FROM ${settings.keyspace}.schema_history WHERE number = 1`,
        `UPDATE ${settings.keyspace}.schema_history SET begun_by = 'another' WHERE number = 1`,
      );
      const failure = await refusalOf(settings);
      await alter(`UPDATE ${settings.keyspace}.schema_history SET finished_at_ms = 3 WHERE number = 1`);
      expect(failure.code).toBe('schema-partial');
      expect(failure.message).toMatch(/begun .* by another and not finished.*`cassmail schema apply`/);
    },
    LONG_MS,
  );

  it(
    'since a table is gone stops the start',
    async () => {
      await alter(`DROP TABLE ${settings.keyspace}.aliases`);
      const failure = await refusalOf(settings);
      expect(failure.code).toBe('schema-partial');
      expect(failure.message).toContain('tables aliases are gone');
    },
    LONG_MS,
  );
});
