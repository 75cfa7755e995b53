// An item in memory, small: what a delivery needs to know and where its backup is. A million of them must be no burden,
// so it has no body and shares what is the same for many.
import type { TimeUuid } from '../base/time-uuid.js';
import type { HeldBody, RelayEnvelope, RelayState } from '../store/types.js';
import type { LiveSlice } from './live-slice.js';
import type { LiveItem } from './relay-queue.js';

/** Whose lease an item is under. */
export interface ItemOwner {
  readonly isLost: boolean;
  /** What was stored by a former owner. */
  readonly isAdopted: boolean;
  mayDeliver(): boolean;
  /** To be made durable soon. */
  settle(item: QueuedItem, outcome: RelayState | 'done'): void;
}

export class QueuedItem implements LiveItem {
  readonly id: TimeUuid;
  readonly envelope: RelayEnvelope;
  state: RelayState;
  readonly sizeBytes: number;
  readonly largeBody: HeldBody | undefined;
  readonly slice: LiveSlice;
  readonly owner: ItemOwner;
  /** Its place among those of its destination: lowest first. */
  order = 0;
  stage: 'waiting' | 'in-flight' | 'settled' = 'waiting';

  constructor(parts: {
    readonly id: TimeUuid;
    readonly envelope: RelayEnvelope;
    readonly state: RelayState;
    readonly sizeBytes: number;
    readonly largeBody: HeldBody | undefined;
    readonly slice: LiveSlice;
    readonly owner: ItemOwner;
  }) {
    this.id = parts.id;
    this.envelope = parts.envelope;
    this.state = parts.state;
    this.sizeBytes = parts.sizeBytes;
    this.largeBody = parts.largeBody;
    this.slice = parts.slice;
    this.owner = parts.owner;
  }
}
