import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import { Failure } from '../../../../src/base/failure.js';
import type { TimeUuid } from '../../../../src/base/time-uuid.js';
import { parseLogin } from '../../../../src/mail/login.js';
import { INBOX } from '../../../../src/mail/mailbox-name.js';
import type { ReadRequest, Row, Value } from '../../../../src/store/cassandra/ring.js';
import { SmallBodies } from '../../../../src/store/cassandra/small-bodies.js';
import { failureOfPromise } from '../../../failure-from.js';
import { ScriptedRing } from '../../../scripted-ring.js';
import { VirtualTime } from '../../../virtual-time.js';

const idOf = (number: number): TimeUuid =>
  `${String(number).padStart(8, '0')}-0000-1000-8000-000000000000` as TimeUuid;

function textsIn(value: Value | undefined): readonly string[] {
  if (typeof value !== 'object' || value instanceof Uint8Array) throw new TypeError('not a list of texts');
  return value;
}

/** Has the messages it is asked for, but for those that it lacks; remembers which it was asked for. */
class BodyRing extends ScriptedRing {
  readonly asked: (readonly string[])[] = [];
  readonly lacks = new Set<string>();
  failure: Failure | undefined;

  override async read({ query }: ReadRequest): Promise<readonly Row[]> {
    const ids = textsIn(query.values.at(-1));
    this.asked.push(ids);
    if (this.failure !== undefined) throw this.failure;
    return ids.filter((id) => !this.lacks.has(id)).map((id) => ({ id, bytes: Buffer.from(`body of ${id}`) }));
  }
}

function reading() {
  const time = new VirtualTime();
  const ring = new BodyRing();
  const bodies = new SmallBodies(ring);
  const read = async (number: number, { place = '1.0', sizeBytes = 100, user = 'a', ms = 1_000 } = {}) => {
    const address = { login: parseLogin(`${user}@example.com`), mailbox: INBOX };
    const entry = { id: idOf(number), place, sizeBytes };
    const bytes = await bodies.read({ address, entry, consistency: 'ONE' }, Budget.of(time, ms));
    return bytes === undefined ? undefined : Buffer.from(bytes).toString();
  };
  return { ring, read };
}

describe('reading small bodies on the ring', () => {
  it('asks for those of one partition in one statement, and each reader gets its own', async () => {
    const { ring, read } = reading();
    const found = await Promise.all([read(1), read(2), read(3), read(2)]);
    expect(found).toEqual([1, 2, 3, 2].map((number) => `body of ${idOf(number)}`));
    expect(ring.asked).toEqual([[1, 2, 3].map(idOf)]);
  });

  it('asks apart for other partitions and other mailboxes', async () => {
    const { ring, read } = reading();
    await Promise.all([read(1), read(2, { place: '1.7' }), read(3, { user: 'b' })]);
    expect(ring.asked).toHaveLength(3);
  });

  it('asks for no more than sixteen, and no more than 256 KiB, at once', async () => {
    const { ring, read } = reading();
    await Promise.all(Array.from({ length: 40 }, (_, at) => read(at)));
    expect(ring.asked.map(({ length }) => length)).toEqual([16, 16, 8]);
    ring.asked.length = 0;
    await Promise.all([1, 2, 3].map((number) => read(number, { sizeBytes: 100 * 1024 })));
    expect(ring.asked.map(({ length }) => length)).toEqual([2, 1]);
  });

  it('asks anew for what is asked for later', async () => {
    const { ring, read } = reading();
    await read(1);
    await read(1);
    expect(ring.asked).toHaveLength(2);
  });

  it('finds nothing of one that is not there, and the others all the same', async () => {
    const { ring, read } = reading();
    ring.lacks.add(idOf(2));
    expect(await Promise.all([read(1), read(2)])).toEqual([`body of ${idOf(1)}`, undefined]);
  });

  it('fails for all who asked, and for nobody who asks later', async () => {
    const { ring, read } = reading();
    ring.failure = new Failure('store-read-failed', 'as the test wants it');
    const failures = await Promise.all([read(1), read(2)].map(failureOfPromise));
    expect(failures.map(({ code }) => code)).toEqual(['store-read-failed', 'store-read-failed']);
    ring.failure = undefined;
    expect(await read(1)).toBe(`body of ${idOf(1)}`);
  });

  it('asks for nothing when there is no time left', async () => {
    const { ring, read } = reading();
    expect((await failureOfPromise(read(1, { ms: 0 }))).code).toBe('deadline-passed');
    expect(ring.asked).toEqual([]);
  });
});
