import { describe, expect, it } from '@jest/globals';
import { errors, types } from 'cassandra-driver';
import { Budget } from '../../../../../src/base/budget.js';
import { Gate } from '../../../../../src/base/gate.js';
import { Metrics } from '../../../../../src/base/metrics.js';
import type { Execution, Page } from '../../../../../src/store/cassandra/connection/driver-client.js';
import { DriverRing } from '../../../../../src/store/cassandra/connection/driver-ring.js';
import type { Query, WriteRequest } from '../../../../../src/store/cassandra/ring.js';
import { failureOfPromise } from '../../../../failure-from.js';
import { settled, VirtualTime } from '../../../../virtual-time.js';

const NOTHING: Page = { rows: [], next: undefined };
const query: Query = { cql: 'x', values: [] };

/** Answers from a list, then with nothing; an Error in it is thrown. */
class FakeClient {
  readonly executions: Execution[] = [];
  readonly #answers: (Page | Error | Promise<Page>)[];

  constructor(answers: readonly (Page | Error | Promise<Page>)[]) {
    this.#answers = [...answers];
  }

  async execute(_query: Query, execution: Execution): Promise<Page> {
    this.executions.push(execution);
    const answer = this.#answers.shift() ?? NOTHING;
    if (answer instanceof Error) throw answer;
    return answer;
  }

  batch(_queries: readonly Query[], execution: Execution): Promise<Page> {
    return this.execute(query, execution);
  }
}

class Bench {
  readonly time = new VirtualTime();
  readonly metrics = new Metrics();
  readonly tapped: string[] = [];
  readonly client: FakeClient;
  readonly ring: DriverRing;

  constructor(answers: readonly (Page | Error | Promise<Page>)[], { width = 8, waiting = 8 } = {}) {
    this.client = new FakeClient(answers);
    this.ring = new DriverRing({
      client: this.client,
      gate: new Gate({ name: 'cassandra', width, waiting }, this.time),
      tap: {
        around: (name, send) => {
          this.tapped.push(name);
          return send();
        },
      },
      metrics: this.metrics,
      timers: this.time,
      random: { bytes: (count) => new Uint8Array(count), fraction: () => 0.5 },
      controlLevel: 'QUORUM',
      requestTimeoutMs: 5_000,
    });
  }

  budget(ms = 60_000): Budget {
    return Budget.of(this.time, ms);
  }

  read(budget = this.budget()): Promise<unknown> {
    return this.ring.read({ name: 'read', query, consistency: 'ONE' }, budget);
  }

  write(isIdempotent: boolean, budget = this.budget()): Promise<void> {
    return this.ring.write(writeRequest(isIdempotent), budget);
  }

  change(budget = this.budget()): Promise<unknown> {
    return this.ring.change({ name: 'change', queries: [query] }, budget);
  }

  /** The code that the call fails with, all its pauses slept through. */
  async codeOf(call: Promise<unknown>): Promise<string> {
    const failing = failureOfPromise(call);
    await this.time.advance(50_000);
    return (await failing).code;
  }
}

function verdict(row: Record<string, unknown>): Promise<unknown> {
  return new Bench([{ rows: [row], next: undefined }]).change();
}

function writeRequest(isIdempotent: boolean): WriteRequest {
  return { name: 'write', queries: [query], consistency: 'QUORUM', isIdempotent };
}

function response(code: number, details: object = {}): Error {
  return Object.assign(new errors.ResponseError(code, 'as the ring says'), details);
}

function socketError(details: object = {}): Error {
  return Object.assign(new errors.DriverInternalError('Socket was closed'), {
    isSocketError: true,
    ...details,
  });
}

const codes = types.responseErrorCodes;
const quorum = { consistencies: types.consistencies.quorum };
const serial = { consistencies: types.consistencies.serial };
const busy = new errors.BusyConnectionError('127.0.0.1', 2048, 1);

const cases: readonly (readonly [
  trouble: string,
  error: Error,
  read: string,
  write: string,
  change: string,
])[] = [
  [
    'unavailable at a plain level',
    response(codes.unavailableException, quorum),
    'store-unavailable',
    'store-unavailable',
    'store-cas-uncertain',
  ],
  [
    'unavailable before anything was proposed',
    response(codes.unavailableException, serial),
    'store-unavailable',
    'store-unavailable',
    'store-unavailable',
  ],
  ['overloaded', response(codes.overloaded), 'store-overloaded', 'store-overloaded', 'store-overloaded'],
  [
    'bootstrapping',
    response(codes.isBootstrapping),
    'store-unavailable',
    'store-unavailable',
    'store-unavailable',
  ],
  [
    'no host',
    new errors.NoHostAvailableError({}),
    'store-unavailable',
    'store-unavailable',
    'store-unavailable',
  ],
  [
    'all connections full',
    new errors.NoHostAvailableError({ '127.0.0.1': busy }),
    'store-overloaded',
    'store-overloaded',
    'store-overloaded',
  ],
  ['connections full', busy, 'store-overloaded', 'store-overloaded', 'store-overloaded'],
  [
    'a write time-out',
    response(codes.writeTimeout, { writeType: 'CAS' }),
    'store-read-failed',
    'store-write-uncertain',
    'store-cas-uncertain',
  ],
  [
    'a write failure',
    response(codes.writeFailure),
    'store-read-failed',
    'store-write-uncertain',
    'store-cas-uncertain',
  ],
  [
    'a read time-out',
    response(codes.readTimeout),
    'store-read-failed',
    'store-write-uncertain',
    'store-cas-uncertain',
  ],
  [
    'a read failure',
    response(codes.readFailure),
    'store-read-failed',
    'store-write-uncertain',
    'store-cas-uncertain',
  ],
  [
    'a server error',
    response(codes.serverError),
    'store-read-failed',
    'store-write-uncertain',
    'store-cas-uncertain',
  ],
  [
    'no answer in time',
    new errors.OperationTimedOutError('no reply', '127.0.0.1'),
    'store-read-failed',
    'store-write-uncertain',
    'store-cas-uncertain',
  ],
  ['a lost connection', socketError(), 'store-read-failed', 'store-write-uncertain', 'store-cas-uncertain'],
  [
    'a connection lost before the request was sent',
    socketError({ requestNotWritten: true }),
    'store-unavailable',
    'store-unavailable',
    'store-unavailable',
  ],
  [
    'a missing permission',
    response(codes.unauthorized),
    'ring-permission-missing',
    'ring-permission-missing',
    'ring-permission-missing',
  ],
];

describe('a request that the ring could not do', () => {
  it.each(cases)('fails after %s with the kind that fits', async (...row) => {
    const [, error, read, write, change] = row;
    const same = [error, error, error, error];
    const [reading, writing, changing] = [new Bench(same), new Bench(same), new Bench(same)];
    expect(await reading.codeOf(reading.read())).toBe(read);
    expect(await writing.codeOf(writing.write(false))).toBe(write);
    expect(await changing.codeOf(changing.change())).toBe(change);
  });

  it.each([codes.syntaxError, codes.configError, codes.protocolError, codes.alreadyExists])(
    'fails for good when the ring refuses it (%p)',
    async (code) => {
      const bench = new Bench([response(code)]);
      expect(await bench.codeOf(bench.write(true))).toBe('ring-refused');
    },
  );
});

describe('a request that meets a node which has not heard of the table', () => {
  const late = response(codes.invalid);
  const applied: Page = { rows: [{ '[applied]': true }], next: undefined };

  it('is put to another, and a condition too: nothing came of it', async () => {
    const [reading, writing, changing] = [new Bench([late]), new Bench([late]), new Bench([late, applied])];
    const done = Promise.all([reading.read(), writing.write(true), changing.change()]);
    for (const { time } of [reading, writing, changing]) await time.advance(1_000);
    expect(await done).toEqual([[], undefined, { isApplied: true, found: undefined }]);
  });

  it('fails as temporary when none of them has', async () => {
    const nobody = [late, late, late, late];
    const [reading, changing] = [new Bench(nobody), new Bench(nobody)];
    expect(await reading.codeOf(reading.read())).toBe('schema-unknown');
    expect(await changing.codeOf(changing.change())).toBe('schema-unknown');
    expect(changing.client.executions).toHaveLength(4);
  });

  it('stays uncertain where an answer was lost before', async () => {
    const bench = new Bench([response(codes.writeTimeout), late, late, late]);
    expect(await bench.codeOf(bench.write(true))).toBe('store-write-uncertain');
  });

  it('is not repeated for a condition once its answer is lost', async () => {
    const bench = new Bench([late, response(codes.writeTimeout), applied]);
    expect(await bench.codeOf(bench.change())).toBe('store-cas-uncertain');
    expect(bench.client.executions).toHaveLength(2);
  });
});

describe('repeating a request', () => {
  const timeout = response(codes.writeTimeout);

  it('is done for reads and idempotent writes, each time through the tap, and counted', async () => {
    const bench = new Bench([timeout, timeout]);
    const writing = bench.write(true);
    await bench.time.advance(1_000);
    await writing;
    expect(bench.tapped).toEqual(['write', 'write', 'write']);
    expect(await bench.metrics.exposition()).toContain('cassmail_store_retries_total{statement="write"} 2');
  });

  it('is not done for a read that may as well be done another day', async () => {
    const bench = new Bench([response(codes.unavailableException)]);
    const reading = bench.ring.read(
      { name: 'read', query, consistency: 'ALL', isTriedOnce: true },
      bench.budget(),
    );
    expect(await bench.codeOf(reading)).toBe('store-unavailable');
    expect(bench.tapped).toEqual(['read']);
  });

  it('is not done for a write that is not idempotent', async () => {
    const bench = new Bench([timeout]);
    expect(await bench.codeOf(bench.write(false))).toBe('store-write-uncertain');
    expect(bench.tapped).toEqual(['write']);
  });

  it('is never done for a lightweight transaction', async () => {
    const bench = new Bench([timeout]);
    expect(await bench.codeOf(bench.change())).toBe('store-cas-uncertain');
    expect(bench.tapped).toEqual(['change']);
  });

  it('ends after four attempts', async () => {
    const bench = new Bench(Array<Error>(9).fill(response(codes.readTimeout)));
    expect(await bench.codeOf(bench.read())).toBe('store-read-failed');
    expect(bench.tapped).toHaveLength(4);
  });

  it('stays inside the budget', async () => {
    const bench = new Bench(Array<Error>(9).fill(response(codes.readTimeout)));
    expect(await bench.codeOf(bench.read(bench.budget(100)))).toBe('store-read-failed');
    expect(bench.tapped).toHaveLength(2);
  });

  it('stays uncertain once it was, whatever the later attempts say', async () => {
    const unavailable = response(codes.unavailableException, quorum);
    const bench = new Bench([timeout, unavailable, unavailable, unavailable]);
    expect(await bench.codeOf(bench.write(true))).toBe('store-write-uncertain');
  });
});

describe('the time of a request', () => {
  it('is what the budget leaves, at most what is configured', async () => {
    const bench = new Bench([]);
    await bench.read(bench.budget(60_000));
    await bench.read(bench.budget(700));
    expect(bench.client.executions.map(({ timeoutMs }) => timeoutMs)).toEqual([5_000, 700]);
  });

  it('is refused unsent once the budget is spent', async () => {
    const bench = new Bench([]);
    expect(await bench.codeOf(bench.write(true, bench.budget(0)))).toBe('deadline-passed');
    expect(bench.client.executions).toEqual([]);
  });
});

describe('more requests than may be in flight', () => {
  const forever = new Promise<Page>(() => undefined);

  it('wait for their turn, and are refused at once when as many as may wait do so', async () => {
    const bench = new Bench([forever], { width: 1, waiting: 1 });
    void bench.write(true);
    const second = failureOfPromise(bench.write(true, bench.budget(1_000)));
    const third = await failureOfPromise(bench.write(true));
    expect([third.code, third.kind]).toEqual(['too-busy', 'overloaded']);
    expect(await bench.metrics.exposition()).toContain('cassmail_store_refused_total 1');
    await bench.time.advance(1_000);
    expect((await second).code).toBe('deadline-passed');
    expect(bench.tapped).toEqual(['write']);
  });
});

describe('reading in pages', () => {
  const pages: readonly Page[] = [
    { rows: [{ n: 1 }], next: 'a' },
    { rows: [], next: 'b' },
    { rows: [{ n: 2 }], next: undefined },
  ];
  const request = { name: 'pages', query, consistency: 'ONE', pageSize: 1 } as const;

  it('asks for the next page while this one is looked at', async () => {
    const bench = new Bench(pages);
    const reading = bench.ring.pages(request, bench.budget());
    expect(await reading.next()).toMatchObject({ value: [{ n: 1 }] });
    await settled();
    expect(bench.client.executions.map(({ from }) => from)).toEqual([undefined, 'a']);
  });

  it('leaves out empty pages and ends after the last', async () => {
    const bench = new Bench(pages);
    const seen = [];
    for await (const page of bench.ring.pages(request, bench.budget())) seen.push(page);
    expect(seen).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });

  it('gives all rows at once where that was asked', async () => {
    const bench = new Bench(pages);
    expect(await bench.read()).toEqual([{ n: 1 }, { n: 2 }]);
  });
});

describe('the verdict of a lightweight transaction', () => {
  it('is applied, or shows the row that stood in the way', async () => {
    expect(await verdict({ '[applied]': true })).toEqual({ isApplied: true, found: undefined });
    expect(await verdict({ '[applied]': false })).toEqual({ isApplied: false, found: undefined });
    const found = { '[applied]': false, owner: 'x' };
    expect(await verdict(found)).toEqual({ isApplied: false, found });
  });
});
