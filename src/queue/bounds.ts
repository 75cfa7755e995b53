// All numbers of the relay queue, each with its reason.

// --- accepting ------------------------------------------------------------------------------------------------------

/** What arrives within this goes in one write. A client does not notice it; a loop of many clients fills a group. */
export const GROUP_LINGER_MS = 2;
/** A write of this many costs a ring some milliseconds; more would only make the first of them wait. */
export const GROUP_ITEMS = 500;
/** So many that wait are worth a write of their own beside the one under way. */
export const WORTHWHILE_GROUP_ITEMS = 64;
/** An overloaded ring drops replies: a slow one is met with fewer, larger writes. */
export const GROUPS_IN_FLIGHT = 4;
/** Of items that wait for their write or its end; beyond it the answer is *too-busy*. */
export const STORING_BYTES = 64 * 1024 * 1024;
/** One attempt of any write; an outage should show within the patience of a client. */
export const ATTEMPT_MS = 10_000;
/** Before an uncertain write is repeated: long enough for a coordinator to notice a dead replica. */
export const REPEAT_AFTER_MS = 100;

// --- slices ---------------------------------------------------------------------------------------------------------

/** A partition stays small, and a queue that flows drops it whole soon. */
export const SLICE_ITEMS = 10_000;
export const SLICE_BYTES = 32 * 1024 * 1024;
export const SLICE_LASTS_MS = 60_000;
/** Of each of these; past it the next slice is opened, so that no message waits for that. */
export const SLICE_HALF = 0.5;

// --- settling -------------------------------------------------------------------------------------------------------

/** What is done and not yet known to be done is delivered twice after a crash: as long as that, and no longer. */
export const SETTLE_WITHIN_MS = 50;
export const SETTLE_ITEMS = 500;
export const SETTLE_BYTES = 2 * 1024 * 1024;
export const SETTLES_IN_FLIGHT = 4;
/** With so many outcomes not durable no further delivery is begun: each of them could become a duplicate. */
export const UNSETTLED_MOST = 20_000;
export const FIRST_PAUSE_MS = 100;
export const LONGEST_PAUSE_MS = 5_000;

// --- bodies ---------------------------------------------------------------------------------------------------------

/** Small bodies kept in memory between acceptance and first attempt. */
export const BODY_MEMORY_BYTES = 64 * 1024 * 1024;
/** One that nobody came for in this time makes room for another: its destination is slow or suspended. */
export const BODY_KEPT_MS = 60_000;

// --- leases ---------------------------------------------------------------------------------------------------------

export const RENEW_EVERY_MS = 3_000;
/** After a renewal that failed. */
export const RENEW_AGAIN_MS = 500;
/** From before sending the last renewal that was applied. A challenger waits for longer. */
export const LEASE_VALID_MS = 8_000;
/** Wall and monotonic clock this far apart since then: the machine slept, or somebody set its clock. */
export const CLOCKS_APART_MS = 1_000;
/** A queue of our own that has had nothing in it for so long is ended: an empty queue costs nothing. */
export const IDLE_MS = 60_000;

// --- the rest -------------------------------------------------------------------------------------------------------

/** Times of day may jump, timers do not: no timer for a retry is set for longer. */
export const LONGEST_ALARM_MS = 30_000;
/** How often a closed relay tries whether the store takes writes again. */
export const PROBE_EVERY_MS = 1_000;

// --- taking over ----------------------------------------------------------------------------------------------------

export const LOOK_EVERY_MS = 1_000;
/** Two seconds more than a lease is valid for: for what clocks of different machines differ in their rates. */
export const LEASE_SILENT_MS = 10_000;
/** So that gateways that see the same orphan do not all reach for it at once. */
export const ADOPT_JITTER_MS = 500;
/** At most so much later where much is queued already: half of it at the number below. */
export const ADOPT_LATER_MS = 1_000;
export const LOT_OF_ITEMS = 100_000;
/** Of one attempt to read a whole queue. */
export const RECOVER_MS = 300_000;
