// A queue store as one process sees it: while it is cut off, no statement of that process arrives, and none is answered
// before it is mended; then nobody knows what became of them.
import { Failure } from '../../../src/base/failure.js';
import type { LeaseStore, QueueStore } from '../../../src/store/api/queue.js';

export class SeenStore implements QueueStore {
  #unanswered: ((failure: Failure) => void)[] | undefined;
  readonly leases: LeaseStore;
  readonly openSlice: QueueStore['openSlice'];
  readonly append: QueueStore['append'];
  readonly settle: QueueStore['settle'];
  readonly dropSlice: QueueStore['dropSlice'];
  readonly slices: QueueStore['slices'];
  readonly recover: QueueStore['recover'];
  readonly readBody: QueueStore['readBody'];

  constructor(store: QueueStore) {
    const { leases } = store;
    this.leases = {
      create: this.#cuttable(leases.create.bind(leases)),
      renew: this.#cuttable(leases.renew.bind(leases)),
      takeOver: this.#cuttable(leases.takeOver.bind(leases)),
      end: this.#cuttable(leases.end.bind(leases)),
      current: this.#cuttable(leases.current.bind(leases)),
      list: this.#cuttable(leases.list.bind(leases)),
    };
    this.openSlice = this.#cuttable(store.openSlice.bind(store));
    this.append = this.#cuttable(store.append.bind(store));
    this.settle = this.#cuttable(store.settle.bind(store));
    this.dropSlice = this.#cuttable(store.dropSlice.bind(store));
    this.slices = this.#cuttable(store.slices.bind(store));
    this.readBody = this.#cuttable(store.readBody.bind(store));
    this.recover = store.recover.bind(store);
  }

  cut(): void {
    this.#unanswered = [];
  }

  mend(): void {
    const unanswered = this.#unanswered ?? [];
    this.#unanswered = undefined;
    for (const reject of unanswered) reject(new Failure('store-write-uncertain', 'nobody knows'));
  }

  #cuttable<Arguments extends unknown[], T>(
    statement: (...given: Arguments) => Promise<T>,
  ): (...given: Arguments) => Promise<T> {
    return (...given) => {
      const unanswered = this.#unanswered;
      if (unanswered === undefined) return statement(...given);
      return new Promise((_resolve, reject) => unanswered.push(reject));
    };
  }
}
