import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import { Failure } from '../../../../src/base/failure.js';
import { parseLogin } from '../../../../src/mail/login.js';
import { INBOX } from '../../../../src/mail/mailbox-name.js';
import { CassandraClaims } from '../../../../src/store/cassandra/claims.js';
import type { ReadRequest, Row } from '../../../../src/store/cassandra/ring.js';
import { WriteClock } from '../../../../src/store/cassandra/write-clock.js';
import { failureOfPromise } from '../../../failure-from.js';
import { ScriptedRing, type RingScript } from '../../../scripted-ring.js';
import { VirtualTime } from '../../../virtual-time.js';

const address = { login: parseLogin('a@example.com'), mailbox: INBOX };
const claim = (worker: string, seconds = 60) => ({ worker, lasts_s: seconds });

/** Reading takes `readMs`. */
class SlowRing extends ScriptedRing {
  readonly #time: VirtualTime;
  readonly #readMs: number;

  constructor(script: RingScript, time: VirtualTime, readMs: number) {
    super(script);
    this.#time = time;
    this.#readMs = readMs;
  }

  override async read(request: ReadRequest): Promise<readonly Row[]> {
    await this.#time.advance(this.#readMs);
    return super.read(request);
  }
}

/** The claim itself cannot be written; its withdrawal can. */
function failingClaim(failure: Failure): RingScript {
  return {
    onWrite: async ({ name }) => {
      if (name === 'claims.write') throw failure;
    },
  };
}

function claiming(script: RingScript, readMs = 0) {
  const time = new VirtualTime();
  const ring = new SlowRing(script, time, readMs);
  const levels = { control: 'QUORUM', controlRead: 'QUORUM' } as const;
  const claims = new CassandraClaims({ ring, levels, writeClock: new WriteClock(time), clock: time });
  return { claims, ring, time, budget: Budget.of(time, 30_000) };
}

describe('claiming a mailbox on the ring', () => {
  it('is one write and one read when nobody else has it', async () => {
    const { claims, ring, budget } = claiming({ reads: [[claim('w1')]] });
    expect(await claims.claim(address, 'w1', budget)).toBe('granted');
    expect(ring.names).toEqual(['claims.write', 'claims.read']);
  });

  it('yields to any other claim and takes its own away, with a later timestamp', async () => {
    const { claims, ring, budget } = claiming({ reads: [[claim('w0', 1), claim('w1')]] });
    expect(await claims.claim(address, 'w1', budget)).toBe('taken');
    expect(ring.names).toEqual(['claims.write', 'claims.read', 'claims.release']);
    const timestamps = ring.writes.map(({ queries }) =>
      queries[0].values.find((value) => Number(value) > 1e15),
    );
    expect(Number(timestamps[1])).toBeGreaterThan(Number(timestamps[0]));
  });

  it('is not granted when the own claim is not among those that stand', async () => {
    const { claims, budget } = claiming({ reads: [[]] });
    expect(await claims.claim(address, 'w1', budget)).toBe('taken');
  });

  it('takes its claim away when it cannot see the others', async () => {
    const blind = new Failure('store-read-failed', 'no answer');
    const { claims, ring, budget } = claiming({ reads: [blind] });
    expect(await failureOfPromise(claims.claim(address, 'w1', budget))).toBe(blind);
    expect(ring.names).toEqual(['claims.write', 'claims.read', 'claims.release']);
  });

  it('whose write is uncertain does not lock the mailbox until it lapses: it is withdrawn', async () => {
    const uncertain = new Failure('store-write-uncertain', 'no answer');
    const { claims, ring, budget } = claiming(failingClaim(uncertain));
    expect(await failureOfPromise(claims.claim(address, 'w1', budget))).toBe(uncertain);
    expect(ring.names).toEqual(['claims.write', 'claims.release']);
  });

  it('is withdrawn in a time of its own when that of the caller is over', async () => {
    const { claims, ring, time } = claiming({ reads: [new Failure('store-read-failed', 'late')] }, 2_000);
    const failure = await failureOfPromise(claims.claim(address, 'w1', Budget.of(time, 1_000)));
    expect(failure.code).toBe('store-read-failed');
    expect(ring.names).toEqual(['claims.write', 'claims.read', 'claims.release']);
    expect(ring.writableMs).toEqual([1_000, 5_000]);
  });

  it('that was refused outright has nothing to withdraw', async () => {
    const refused = new Failure('store-unavailable', 'no quorum');
    const { claims, ring, budget } = claiming(failingClaim(refused));
    expect(await failureOfPromise(claims.claim(address, 'w1', budget))).toBe(refused);
    expect(ring.names).toEqual(['claims.write']);
  });
});

describe('refreshing a claim on the ring', () => {
  it('reads before it writes', async () => {
    const { claims, ring, budget } = claiming({ reads: [[claim('w1', 40)]] });
    expect(await claims.refresh(address, 'w1', budget)).toBe('held');
    expect(ring.names).toEqual(['claims.read', 'claims.write']);
  });

  it('by a process that was stopped after it read does not revive a claim that has lapsed since', async () => {
    const { claims, ring, budget } = claiming({ reads: [[claim('w1', 20)]] }, 15_000);
    expect(await claims.refresh(address, 'w1', budget)).toBe('lost');
    expect(ring.names).toEqual(['claims.read']);
  });

  it('writes well before the claim that was read would lapse, or not at all', async () => {
    const { claims, ring, budget } = claiming({ reads: [[claim('w1', 20)]] }, 3_000);
    expect(await claims.refresh(address, 'w1', budget)).toBe('held');
    expect(ring.writableMs).toEqual([12_000]);
  });

  it.each([
    ['it has lapsed', []],
    ['it is about to lapse', [claim('w1', 5)]],
    ['another one stands beside it', [claim('w0', 2), claim('w1', 40)]],
    ['only another one stands', [claim('w0', 59)]],
  ])('is lost, and writes nothing, when %s', async (_when, rows) => {
    const { claims, ring, budget } = claiming({ reads: [rows] });
    expect(await claims.refresh(address, 'w1', budget)).toBe('lost');
    expect(ring.names).toEqual(['claims.read']);
  });
});
