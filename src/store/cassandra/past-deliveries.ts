// What this process told of deliveries it made before. A repetition must undo nothing that was acknowledged, or that
// may stand since an earlier attempt ended uncertain; and while that is so, being refused now does not mean that the
// message is nowhere.
//
// Deliveries to one mailbox undo nothing, so only their failures are looked at: the usual path costs nothing.
import { Failure } from '../../base/failure.js';
import { Lru } from '../../base/lru.js';
import type { TimeUuid } from '../../base/time-uuid.js';

/** Of each kind, so that many acknowledged ones do not displace the few in doubt. Repeated within seconds, if at all. */
const REMEMBERED = 50_000;

export class PastDeliveries {
  readonly #acknowledged = new Lru<TimeUuid, true>(REMEMBERED);
  readonly #inDoubt = new Lru<TimeUuid, true>(REMEMBERED);

  acknowledge(id: TimeUuid): void {
    this.#acknowledged.set(id, true);
    this.#inDoubt.delete(id);
  }

  mayStand(id: TimeUuid): boolean {
    return this.#inDoubt.get(id) !== undefined || this.#acknowledged.get(id) !== undefined;
  }

  /** It was taken back: nothing of it stands. */
  forget(id: TimeUuid): void {
    this.#acknowledged.delete(id);
    this.#inDoubt.delete(id);
  }

  /** What the caller is told of an attempt that failed. */
  refusalOf(id: TimeUuid, failure: Failure): Failure {
    if (failure.kind === 'uncertain') this.#inDoubt.set(id, true);
    else if (this.mayStand(id)) return standsPerhaps(id, failure);
    return failure;
  }
}

function standsPerhaps(id: TimeUuid, cause: Failure): Failure {
  return new Failure('store-write-uncertain', `${id} was refused now; an earlier attempt may stand`, {
    cause,
  });
}
