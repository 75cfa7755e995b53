// The chunks of large bodies. A run of chunks, a segment, is one partition: small enough to be moved and compacted
// easily, large enough that removing a body takes few statements; the segments of a body spread over the ring.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import { sideBySide } from '../../base/side-by-side.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import { CHUNK_BYTES, type LargeBody } from '../types.js';
import { bytesColumn, numberColumn, textColumn } from './columns.js';
import type { Levels } from './consistency.js';
import { readPatiently } from './patient-read.js';
import type { ConsistencyLevel, Ring } from './ring.js';
import type { TokenRange } from './token-ranges.js';

export interface Chunk {
  readonly body: TimeUuid;
  readonly n: number;
  readonly bytes: Uint8Array;
}

export interface Segment {
  readonly body: TimeUuid;
  readonly segment: number;
}

/** 4 MiB. */
const CHUNKS_PER_SEGMENT = 32;
const SEGMENTS_AT_ONCE = 4;
const SEGMENTS_PER_PAGE = 1000;

const INSERT = 'INSERT INTO body_chunks (body, segment, n, bytes) VALUES (?, ?, ?, ?) USING TIMESTAMP ?';
const READ = 'SELECT bytes FROM body_chunks WHERE body = ? AND segment = ? AND n = ?';
const DROP = 'DELETE FROM body_chunks USING TIMESTAMP ? WHERE body = ? AND segment = ?';
const SEGMENTS =
  'SELECT DISTINCT body, segment FROM body_chunks WHERE token(body, segment) > ? AND token(body, segment) <= ?';

export function chunkCountOf(body: LargeBody): number {
  return Math.ceil(body.sizeBytes / CHUNK_BYTES);
}

export class BodyChunks {
  readonly #ring: Ring;
  readonly #levels: Levels;

  constructor(ring: Ring, levels: Levels) {
    this.#ring = ring;
    this.#levels = levels;
  }

  write({ body, n, bytes }: Chunk, micros: number, budget: Budget): Promise<void> {
    return this.#ring.write(
      {
        name: 'bodies.chunk',
        queries: [{ cql: INSERT, values: [body, segmentOf(n), n, bytes, micros] }],
        consistency: this.#levels.deliver,
        isIdempotent: true,
      },
      budget,
    );
  }

  async read(body: TimeUuid, n: number, budget: Budget): Promise<Uint8Array> {
    const bytes = await readPatiently(this.#levels, (level) => this.#readAt(level, body, n, budget));
    if (bytes === undefined) throw new Failure('body-missing', `no replica has chunk ${n} of body ${body}`);
    return bytes;
  }

  /** Removes the first `count` chunks of a body: whole segments, since no more chunks can be in the last one. */
  async drop(body: TimeUuid, count: number, micros: number, budget: Budget): Promise<void> {
    const segments = Array.from({ length: Math.ceil(count / CHUNKS_PER_SEGMENT) }, (_, segment) => segment);
    await sideBySide(segments, SEGMENTS_AT_ONCE, (segment) =>
      this.dropSegment({ body, segment }, micros, budget),
    );
  }

  dropSegment({ body, segment }: Segment, micros: number, budget: Budget): Promise<void> {
    return this.#ring.write(
      {
        name: 'bodies.drop',
        queries: [{ cql: DROP, values: [micros, body, segment] }],
        consistency: this.#levels.remove,
        isIdempotent: true,
      },
      budget,
    );
  }

  /** Every segment in this part of the ring. */
  async *segmentsIn({ after, upTo }: TokenRange, budget: Budget): AsyncGenerator<Segment, void, undefined> {
    const request = {
      name: 'bodies.sweep',
      query: { cql: SEGMENTS, values: [after, upTo] },
      consistency: this.#levels.controlRead,
      pageSize: SEGMENTS_PER_PAGE,
    };
    for await (const page of this.#ring.pages(request, budget)) {
      for (const row of page) {
        const body = textColumn(row, 'body') as TimeUuid; // the column is a timeuuid
        yield { body, segment: numberColumn(row, 'segment') };
      }
    }
  }

  async #readAt(
    consistency: ConsistencyLevel,
    body: TimeUuid,
    n: number,
    budget: Budget,
  ): Promise<Uint8Array | undefined> {
    const query = { cql: READ, values: [body, segmentOf(n), n] };
    const [row] = await this.#ring.read({ name: 'bodies.read', query, consistency }, budget);
    return row === undefined ? undefined : bytesColumn(row, 'bytes');
  }
}

function segmentOf(n: number): number {
  return Math.floor(n / CHUNKS_PER_SEGMENT);
}
