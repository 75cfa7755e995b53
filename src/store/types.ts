// The nouns that all stores share. A store keeps them; it does not interpret mail.
import type { DomainName } from '../mail/domain-name.js';
import type { Login } from '../mail/login.js';
import type { MailboxName } from '../mail/mailbox-name.js';
import type { Failure } from '../base/failure.js';
import type { TimeUuid } from '../base/time-uuid.js';

// --- accounts, domains, aliases -------------------------------------------------------------------------------------

export interface AccountSettings {
  /** As the password code wrote it; the store never looks inside. */
  readonly passwordHash: string;
  readonly isDisabled: boolean;
  readonly quotaBytes?: number;
  readonly quotaMessages?: number;
  /** There while the account and its mail are being removed: whatever interrupts that, it is seen and can go on. */
  readonly removalBeganAtMs?: number;
}

export interface Account {
  readonly login: Login;
  readonly settings: AccountSettings;
  /** Sorted, whatever the order in which they were added. */
  readonly mailboxes: readonly MailboxName[];
  /** Names that are no mailboxes any more: their removal began at that moment, and what is left of their mail is still to go. */
  readonly leavingMailboxes: ReadonlyMap<MailboxName, number>;
  readonly createdAtMs: number;
  /** Names this state of the account: a change is made to the state that was read, or not at all. */
  readonly version: string;
}

export interface Domain {
  readonly name: DomainName;
  /** Receives what is addressed to nobody in this domain. */
  readonly catchAll?: string;
  readonly version: string;
}

export interface Alias {
  /** In the spelling of a login; need not have an account. */
  readonly address: Login;
  /** Addresses, local or remote. */
  readonly targets: readonly string[];
  readonly version: string;
}

// --- messages -------------------------------------------------------------------------------------------------------

export interface MailboxAddress {
  readonly login: Login;
  readonly mailbox: MailboxName;
}

/** Carried inside the message's own rows. At most `SMALL_BODY_BYTES`. */
export interface SmallBody {
  readonly kind: 'small';
  readonly bytes: Uint8Array;
}

/** Kept once in chunks, for as long as anybody holds it. */
export interface LargeBody {
  readonly kind: 'large';
  readonly id: TimeUuid;
  readonly sizeBytes: number;
}

/** A large body whose holders are durable: only such a one may be listed or queued. Made by `BodyStore.hold`. */
export type HeldBody = LargeBody & { readonly brand: 'HeldBody' };

/** Who still needs a large body. */
export type Holder =
  | { readonly kind: 'mailbox'; readonly address: MailboxAddress; readonly message: TimeUuid }
  | { readonly kind: 'queue'; readonly item: TimeUuid };

export interface Delivery {
  /** Names the message in every mailbox; its time is that of acceptance. The same id again is the same delivery. */
  readonly id: TimeUuid;
  readonly body: SmallBody | HeldBody;
  readonly to: readonly MailboxAddress[];
}

export interface MessageEntry {
  readonly id: TimeUuid;
  readonly sizeBytes: number;
  /** The large body, where the message has one. */
  readonly largeBody?: TimeUuid;
  /** Where the store put it; means nothing to anyone else. */
  readonly place: string;
}

export type MessageBody = SmallBody | { readonly kind: 'large'; readonly chunks: AsyncIterable<Uint8Array> };

// --- the relay queue ------------------------------------------------------------------------------------------------

/** One relay queue, made anew at each start of a gateway process: a random UUID. */
export type QueueId = string & { readonly brand: 'QueueId' };

export interface Lease {
  readonly queue: QueueId;
  /** The process that owns the queue, and where its node answers HTTP. */
  readonly owner: string;
  readonly ownerUrl: string;
  /** Rises by one with every take-over. */
  readonly epoch: number;
  /** Rises by one with every renewal. */
  readonly heartbeat: number;
  /** No slice of this epoch below this number holds anything. */
  readonly lowestLiveSlice: number;
}

export interface Slice {
  readonly queue: QueueId;
  readonly epoch: number;
  readonly number: number;
}

/**
 * The order of all writes to one queue: a higher epoch wins over any lower one whatever the clocks say, and within an
 * epoch the n-th mutation over the earlier ones. A retry keeps its stamp.
 */
export interface Stamp {
  readonly epoch: number;
  readonly n: number;
}

/** The part of a queued message that never changes. */
export interface RelayEnvelope {
  /** The message this is a share of: one message becomes one item per destination. */
  readonly message: TimeUuid;
  readonly destination: string;
  readonly sender: string;
  readonly acceptedAtMs: number;
  /** Everything else the gateway must remember (DSN and other parameters of MAIL), as it chooses. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface RelayRecipient {
  readonly address: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The part that each attempt replaces, always as a whole. */
export interface RelayState {
  /** Those still to be served. */
  readonly recipients: readonly RelayRecipient[];
  readonly attempts: number;
  readonly nextAttemptAtMs: number;
  readonly lastReply?: string;
}

export interface RelayItem {
  readonly id: TimeUuid;
  readonly envelope: RelayEnvelope;
  readonly state: RelayState;
  readonly body: SmallBody | HeldBody;
}

/** What recovery brings back: the body stays where it is until the item's turn comes. */
export interface RecoveredItem {
  readonly id: TimeUuid;
  readonly slice: Slice;
  readonly envelope: RelayEnvelope;
  readonly state: RelayState;
  readonly body: { readonly kind: 'small'; readonly sizeBytes: number } | HeldBody;
}

/**
 * An item that is there and whose record cannot be understood: mail that somebody was told is safe. It stays where it
 * is, for a person or a later version to look at, and so must its slice.
 */
export interface DamagedItem {
  readonly id: TimeUuid;
  readonly slice: Slice;
  readonly damage: Failure;
}

// --- nodes ----------------------------------------------------------------------------------------------------------

export interface NodeRecord {
  /** Unique among the running nodes: host name and a part that is new at each start. */
  readonly name: string;
  readonly url: string;
  readonly roles: readonly string[];
  readonly version: string;
  readonly startedAtMs: number;
  readonly heartbeatAtMs: number;
}

// --- sizes ----------------------------------------------------------------------------------------------------------

/** Up to here a body travels in the same mutation as its row; beyond, it goes into chunks. */
export const SMALL_BODY_BYTES = 16 * 1024;
/** Large enough to be cheap per byte, small enough that a few in flight are no burden. */
export const CHUNK_BYTES = 128 * 1024;
/** One append to a relay queue is one mutation; a ring takes 16 MiB, and this leaves half of it for rows and replicas. */
export const APPEND_BYTES = 8 * 1024 * 1024;
/** No store adds more to an item of a group: keys, timestamps, and what its statements cost in the mutation. */
export const ITEM_OVERHEAD_BYTES = 640;
/** Messages older than this are not stored any more: their partition may have been swept. */
export const OLDEST_ID_MS = 24 * 60 * 60 * 1000;
/** Clocks of a ring should agree within milliseconds; an id this far ahead comes from a broken one. */
export const FUTURE_ID_MS = 5 * 60 * 1000;
