// The yardstick: cassandra-driver called as directly as possible, with statements that leave the same bytes in the same
// tables as the store does. What the store adds over this is what it costs.
import cassandra from 'cassandra-driver';

const { Client, types } = cassandra;

export interface RawRingOptions {
  readonly contactPoints: readonly string[];
  readonly port: number;
  readonly keyspace: string;
  readonly localDataCenter: string;
}

/** Queued messages that share envelope and state, as text. */
export interface RawGroup {
  readonly envelope: string;
  readonly state: string;
  readonly bodies: readonly Buffer[];
}

export class RawRing {
  readonly #client: cassandra.Client;

  constructor(options: RawRingOptions) {
    this.#client = new Client({
      contactPoints: [...options.contactPoints],
      protocolOptions: { port: options.port },
      localDataCenter: options.localDataCenter,
      keyspace: options.keyspace,
      pooling: { maxRequestsPerConnection: 8192 },
      queryOptions: { prepare: true, isIdempotent: true, consistency: types.consistencies.localQuorum },
    });
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  close(): Promise<void> {
    return this.#client.shutdown();
  }

  /** A small message: index row and body in one batch. */
  async deliver(login: string, bytes: Buffer): Promise<void> {
    const id = types.TimeUuid.now();
    const timestamp = types.Long.fromNumber(id.getDate().getTime() * 1000);
    const key = [login, 'inbox', 0, 0, id];
    await this.#client.batch(
      [
        {
          query:
            'INSERT INTO mailboxes (login, mailbox, period, part, id, size_bytes) VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?',
          params: [...key, bytes.length, timestamp],
        },
        {
          query:
            'INSERT INTO bodies (login, mailbox, period, part, id, bytes) VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?',
          params: [...key, bytes, timestamp],
        },
      ],
      { logged: false },
    );
  }

  async writeChunk(body: string, n: number, bytes: Buffer, chunksPerSegment: number): Promise<void> {
    await this.#client.execute(
      'INSERT INTO body_chunks (body, segment, n, bytes) VALUES (?, ?, ?, ?) USING TIMESTAMP ?',
      [body, Math.floor(n / chunksPerSegment), n, bytes, types.Long.fromNumber(Date.now() * 1000)],
    );
  }

  /** Queued messages with small bodies, all in one batch of one partition. */
  async append(queue: string, slice: number, { envelope, state, bodies }: RawGroup): Promise<void> {
    const timestamp = types.Long.fromNumber(Date.now() * 1000);
    const queries = bodies.flatMap((bytes) => {
      const key = [queue, 1, slice, types.TimeUuid.now()];
      return [
        {
          query:
            'INSERT INTO relay_items (qid, epoch, slice, item, envelope, state, body_size_bytes) VALUES (?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?',
          params: [...key, envelope, state, bytes.length, timestamp],
        },
        {
          query:
            'INSERT INTO relay_bodies (qid, epoch, slice, item, bytes) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?',
          params: [...key, bytes, timestamp],
        },
      ];
    });
    await this.#client.batch(queries, { logged: false });
  }
}
