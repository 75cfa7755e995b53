// One session at a time, and nothing removed by one that lost its lock, whatever the store and other workers do.
import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../src/base/budget.js';
import type { Log } from '../../../src/base/log.js';
import { Metrics } from '../../../src/base/metrics.js';
import { TimeUuidSource } from '../../../src/base/time-uuid.js';
import { parseLogin } from '../../../src/mail/login.js';
import { INBOX } from '../../../src/mail/mailbox-name.js';
import type { OpenMailbox } from '../../../src/mailbox/mailbox-door.js';
import { StoreMailboxDoor } from '../../../src/mailbox/store-mailbox-door.js';
import { failureOfPromise } from '../../failure-from.js';
import { settled, VirtualTime } from '../../virtual-time.js';
import { ScriptedClaims, ScriptedMailboxes, unavailable } from './scripted-mailbox.js';

const anne = { login: parseLogin('anne@example.com'), mailbox: INBOX };
const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 };

class Bench {
  readonly time = new VirtualTime();
  readonly claims = new ScriptedClaims();
  readonly mailboxes = new ScriptedMailboxes();
  readonly metrics = new Metrics();
  readonly events: string[] = [];
  readonly door = this.anotherDoor('one');
  readonly #ids = new TimeUuidSource(this.time, random);

  anotherDoor(worker: string): StoreMailboxDoor {
    const log: Log = { write: (event) => this.events.push(event), with: () => log };
    const { time, claims, mailboxes, metrics } = this;
    return new StoreMailboxDoor({
      mailboxes,
      claims,
      worker,
      clock: time,
      timers: time,
      random,
      log,
      metrics,
    });
  }

  fill(messages: number): void {
    for (let count = 1; count <= messages; count += 1) {
      const large = count % 3 === 0 ? { largeBody: this.#ids.next() } : {};
      const entry = { id: this.#ids.next(), sizeBytes: count * 2 ** 20, place: `7.${count % 5}` };
      this.mailboxes.entries.push({ ...entry, ...large });
    }
  }

  budget(ms = 30_000): Budget {
    return Budget.of(this.time, ms);
  }

  async open(door = this.door): Promise<OpenMailbox> {
    const opened = await door.open(anne, this.budget());
    if (opened === 'in-use') throw new Error('it is in use');
    return opened;
  }

  /** With the time that it takes. */
  async answer(opening: Promise<OpenMailbox | 'in-use'>): Promise<OpenMailbox | 'in-use'> {
    await this.time.advance(2_500);
    return opening;
  }
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

async function* chunksUnder(budget: Budget, stuck?: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for (const chunk of ['one ', 'two ', 'three']) {
    await stuck?.();
    budget.assertRemains('read a chunk');
    yield Buffer.from(chunk);
  }
}

describe('opening a mailbox', () => {
  it('numbers the messages as they are then', async () => {
    const bench = new Bench();
    bench.fill(2_000);
    const mailbox = await bench.open();
    expect(mailbox.count).toBe(2_000);
    const seen = bench.mailboxes.entries.map((_, at) => [mailbox.uidl(at + 1), mailbox.sizeBytes(at + 1)]);
    expect(seen).toEqual(bench.mailboxes.entries.map(({ id, sizeBytes }) => [id, sizeBytes]));
    bench.fill(1);
    expect(mailbox.count).toBe(2_000);
    for (const number of [0, -1, 2_001, 2 ** 40, Number.NaN])
      expect(() => mailbox.uidl(number)).toThrow(RangeError);
  });

  it('costs a claim, and closing it a release', async () => {
    const bench = new Bench();
    const mailbox = await bench.open();
    await mailbox.close();
    await mailbox.close();
    expect(bench.claims.calls).toEqual(['claim', 'release']);
    await bench.time.advance(10_000);
    expect(bench.time.pending).toBe(0);
  });

  it.each(['one', 'another'])(
    'is refused after two seconds while a session of %s worker has it',
    async (worker) => {
      const bench = new Bench();
      await bench.open();
      const door = worker === 'one' ? bench.door : bench.anotherDoor('two');
      const opening = door.open(anne, bench.budget());
      await bench.time.advance(1_000);
      expect(await Promise.race([opening, settled().then(() => 'waiting')])).toBe('waiting');
      expect(await bench.answer(opening)).toBe('in-use');
      expect([...bench.claims.holders.values()]).toEqual(['one']);
      expect(await bench.metrics.exposition()).toContain('mailbox_opens_total{outcome="in-use"} 1');
    },
  );

  it.each(['one', 'another'])('succeeds when the session of %s worker closes meanwhile', async (worker) => {
    const bench = new Bench();
    const first = await bench.open();
    const door = worker === 'one' ? bench.door : bench.anotherDoor('two');
    const opening = door.open(anne, bench.budget());
    await bench.time.advance(500);
    await first.close();
    expect(await bench.answer(opening)).not.toBe('in-use');
  });

  it('locks one mailbox, not the others of the user', async () => {
    const bench = new Bench();
    await bench.open();
    const other = { login: parseLogin('bert@example.com'), mailbox: INBOX };
    expect(await bench.door.open(other, bench.budget())).not.toBe('in-use');
  });

  it('asks no store while a session of its own worker has it', async () => {
    const bench = new Bench();
    await bench.open();
    await bench.answer(bench.door.open(anne, bench.budget()));
    expect(bench.claims.calls).toEqual(['claim']);
  });

  it.each(['claim', 'list'])('that fails at its %s leaves it open for the next', async (step) => {
    const bench = new Bench();
    if (step === 'claim') bench.claims.before = () => Promise.reject(unavailable('claim'));
    else bench.mailboxes.failsToList = true;
    expect(await failureOfPromise(bench.open())).toMatchObject({ code: 'store-unavailable' });
    expect(bench.claims.holders.size).toBe(0);
    bench.claims.before = () => Promise.resolve();
    bench.mailboxes.failsToList = false;
    expect(await bench.open()).toBeDefined();
  });
});

describe('an open mailbox', () => {
  it('has its claim refreshed every twenty seconds, until it is closed', async () => {
    const bench = new Bench();
    const mailbox = await bench.open();
    await bench.time.advance(19_000);
    expect(bench.claims.calls).toEqual(['claim']);
    await bench.time.advance(46_000);
    expect(bench.claims.calls).toEqual(['claim', 'refresh', 'refresh', 'refresh']);
    await mailbox.close();
    await bench.time.advance(60_000);
    expect(bench.claims.calls.slice(4)).toEqual(['release']);
  });

  it('removes nothing when its claim was lost', async () => {
    const bench = new Bench();
    bench.fill(3);
    const mailbox = await bench.open();
    bench.claims.holders.set(anne.login, 'somebody');
    expect(await mailbox.remove([1, 2], bench.budget())).toEqual({ kind: 'lost' });
    expect(await mailbox.remove([1, 2], bench.budget())).toEqual({ kind: 'lost' });
    expect(bench.mailboxes.removals).toEqual([]);
    expect(bench.events).toEqual(['mailbox.claim-lost']);
    await mailbox.close();
    expect(bench.claims.calls).not.toContain('release');
    expect(bench.claims.holders.get(anne.login)).toBe('somebody');
  });

  it('finds out by itself that its claim was lost', async () => {
    const bench = new Bench();
    const mailbox = await bench.open();
    bench.claims.holders.clear();
    await bench.time.advance(23_000);
    expect(bench.events).toEqual(['mailbox.claim-lost']);
    await mailbox.close();
    expect(await bench.metrics.exposition()).toMatch(/^cassmail_mailbox_claims_lost_total 1$/m);
  });

  it('has lost its claim when the store cannot be asked for as long as one lasts', async () => {
    const bench = new Bench();
    bench.fill(1);
    const mailbox = await bench.open();
    bench.claims.before = () => Promise.reject(unavailable('refresh'));
    await bench.time.advance(59_000);
    expect(bench.events).toEqual([]);
    await bench.time.advance(4_000);
    expect(bench.events).toEqual(['mailbox.claim-lost']);
    bench.claims.before = () => Promise.resolve();
    expect(await mailbox.remove([1], bench.budget())).toEqual({ kind: 'lost' });
  });

  it('is released after a refresh that is under way, which would hold it again', async () => {
    const bench = new Bench();
    const mailbox = await bench.open();
    const done: string[] = [];
    bench.claims.before = async (call) => {
      if (call === 'refresh') await bench.time.sleep(3_000);
      done.push(call);
    };
    await bench.time.advance(21_000);
    const closing = mailbox.close();
    await bench.time.advance(5_000);
    await closing;
    expect(done).toEqual(['refresh', 'release']);
  });

  it('is closed also when the store cannot be told', async () => {
    const bench = new Bench();
    const mailbox = await bench.open();
    bench.claims.before = () => Promise.reject(unavailable('release'));
    await mailbox.close();
    bench.claims.before = () => Promise.resolve();
    expect(await bench.open()).toBeDefined();
  });

  it('removes by exact id, in groups, after a look whether the claim holds', async () => {
    const bench = new Bench();
    bench.fill(2_500);
    const mailbox = await bench.open();
    const odd = Array.from({ length: 1_250 }, (_, at) => 2 * at + 1);
    expect(await mailbox.remove(odd, bench.budget())).toEqual({ kind: 'removed' });
    expect(bench.claims.calls).toEqual(['claim', 'refresh']);
    expect(bench.mailboxes.removals.map((group) => group.length)).toEqual([1_000, 250]);
    expect(bench.mailboxes.removals.flat()).toEqual(odd.map((number) => mailbox.uidl(number)));
  });

  it('passes the whole entry to the store that removes it', async () => {
    const bench = new Bench();
    bench.fill(7);
    const mailbox = await bench.open();
    const removed: unknown[] = [];
    bench.mailboxes.left = (entries) => (removed.push(...entries), []);
    await mailbox.remove([1, 2, 3, 4, 5, 6, 7], bench.budget());
    expect(removed).toEqual(bench.mailboxes.entries);
  });

  it('asks the store nothing where nothing is to be removed', async () => {
    const bench = new Bench();
    const mailbox = await bench.open();
    expect(await mailbox.remove([], bench.budget())).toEqual({ kind: 'removed' });
    expect(bench.claims.calls).toEqual(['claim']);
  });

  it('says how many could not be removed, and why', async () => {
    const bench = new Bench();
    bench.fill(2_000);
    const mailbox = await bench.open();
    bench.mailboxes.left = (entries) => entries.slice(0, 3);
    const numbers = Array.from({ length: 2_000 }, (_, at) => at + 1);
    const outcome = await mailbox.remove(numbers, bench.budget());
    expect(outcome).toMatchObject({ kind: 'partly', left: 6, cause: { code: 'store-unavailable' } });
  });

  it('stops removing when its claim is lost on the way', async () => {
    const bench = new Bench();
    bench.fill(2_500);
    const mailbox = await bench.open();
    bench.mailboxes.left = () => {
      bench.claims.holders.clear();
      return [];
    };
    const remove = bench.mailboxes.remove.bind(bench.mailboxes);
    bench.mailboxes.remove = async (...call) => {
      await bench.time.sleep(25_000);
      return remove(...call);
    };
    const removing = mailbox.remove(
      Array.from({ length: 2_500 }, (_, at) => at + 1),
      bench.budget(),
    );
    await bench.time.advance(60_000);
    expect(await removing).toMatchObject({ kind: 'partly', left: 500 });
  });

  it('fails to remove where it cannot be told whether the claim holds', async () => {
    const bench = new Bench();
    bench.fill(1);
    const mailbox = await bench.open();
    bench.claims.before = () => Promise.reject(unavailable('refresh'));
    expect(await failureOfPromise(mailbox.remove([1], bench.budget()))).toMatchObject({
      code: 'store-unavailable',
    });
    expect(bench.mailboxes.removals).toEqual([]);
  });
});

describe('reading a message', () => {
  it('gives all chunks to a reader who takes longer than the budget between two of them', async () => {
    const bench = new Bench();
    bench.fill(1);
    bench.mailboxes.body = (budget) => ({ kind: 'large', chunks: chunksUnder(budget) });
    const mailbox = await bench.open();
    let text = '';
    for await (const chunk of mailbox.read(1, bench.budget(5_000))) {
      text += Buffer.from(chunk).toString();
      await bench.time.advance(60_000);
    }
    expect(text).toBe('one two three');
  });

  it('fails when the store takes longer than the budget for one chunk', async () => {
    const bench = new Bench();
    bench.fill(1);
    const stuck = (): Promise<void> => bench.time.sleep(6_000);
    bench.mailboxes.body = (budget) => ({ kind: 'large', chunks: chunksUnder(budget, stuck) });
    const mailbox = await bench.open();
    const failure = failureOfPromise(textOf(mailbox.read(1, bench.budget(5_000))));
    await bench.time.advance(10_000);
    expect(await failure).toMatchObject({ code: 'deadline-passed' });
  });

  it('leaves the store when its reader leaves', async () => {
    const bench = new Bench();
    bench.fill(1);
    let hasLeft = false;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from('x');
      } finally {
        hasLeft = true;
      }
    }
    bench.mailboxes.body = () => ({ kind: 'large', chunks: chunks() });
    const mailbox = await bench.open();
    for await (const _chunk of mailbox.read(1, bench.budget())) break;
    expect(hasLeft).toBe(true);
  });

  it('may go on for several at once', async () => {
    const bench = new Bench();
    bench.fill(20);
    const mailbox = await bench.open();
    const numbers = Array.from({ length: 20 }, (_, at) => at + 1);
    const texts = await Promise.all(numbers.map((number) => textOf(mailbox.read(number, bench.budget()))));
    expect(texts.join('')).toBe('x'.repeat(20));
  });
});
