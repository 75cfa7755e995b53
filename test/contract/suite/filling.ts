// Filling mailboxes: by many deliveries at once, and with ids of clocks that are off.
import { systemClock } from '../../../src/base/clock.js';
import { systemRandom } from '../../../src/base/random.js';
import { TimeUuidSource, type TimeUuid } from '../../../src/base/time-uuid.js';
import type { MailboxAddress } from '../../../src/store/types.js';
import type { Ground } from './ground.js';

/** Through both processes, some at a time. */
export async function deliverAll(
  ground: Ground,
  address: MailboxAddress,
  ids: readonly TimeUuid[],
): Promise<void> {
  const waiting = ids.entries();
  const deliverNext = async (): Promise<void> => {
    for (const [at, id] of waiting) {
      const { mailboxes } = at % 2 === 0 ? ground.store : ground.other;
      await mailboxes.deliver({ ...ground.delivery([address]), id }, ground.budget());
    }
  };
  await Promise.all(Array.from({ length: 32 }, deliverNext));
}

/** An id made by a process whose clock is off by this much. */
export function idAt(offsetMs: number): TimeUuid {
  const clock = { wallMs: () => systemClock.wallMs() + offsetMs, monotonicMs: () => 0 };
  return new TimeUuidSource(clock, systemRandom).next();
}
