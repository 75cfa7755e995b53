// Emptying a mailbox, however full it is: a page at a time, each with time of its own, so that what is gone stays gone
// whenever this ends and beginning again goes on where it was.
import type { Budget } from '../../base/budget.js';
import { Failure, failureOf } from '../../base/failure.js';
import { timeOfIdMs, type TimeUuid } from '../../base/time-uuid.js';
import type { MailboxStore } from '../../store/api/mailboxes.js';
import type { MailboxAddress, MessageEntry } from '../../store/types.js';
import type { Usage } from './usage.js';

/** By then every worker of every node knows that a mailbox is gone, and what was delivered without knowing it is stored. */
export const SETTLE_MS = 15_000;
/** The clocks of two nodes are no further apart. */
const CLOCKS_DIFFER_MS = 60_000;

export interface MailRemovalOptions {
  readonly mailboxes: MailboxStore;
  readonly address: MailboxAddress;
  /** For one page. */
  readonly budget: () => Budget;
  /**
   * Asked before each page: only what was accepted before that moment, by the clock on the wall, is removed. The place to
   * say that it shall end, by throwing.
   */
  readonly acceptedBefore: () => Promise<number>;
  readonly onRemoved?: (removed: Usage) => void;
}

/** Says how much that was. */
export async function removeMail(options: MailRemovalOptions): Promise<Usage> {
  const { acceptedBefore, onRemoved } = options;
  let after: TimeUuid | undefined;
  let total: Usage = { messages: 0, sizeBytes: 0 };
  for (;;) {
    const beforeMs = await acceptedBefore();
    const page = (await nextPage(options, after)).filter(({ id }) => timeOfIdMs(id) < beforeMs);
    after = page.at(-1)?.id;
    if (after === undefined) return total;
    await removePage(options, page);
    const removed = sumOf(page);
    total = {
      messages: total.messages + removed.messages,
      sizeBytes: total.sizeBytes + removed.sizeBytes,
    };
    onRemoved?.(removed);
  }
}

/**
 * What lies in a mailbox that is about to be made: mail for an earlier one of its name that was still on its way when that
 * was removed. Somebody else may make the same one at the same moment, and what comes to him then stays: `absentAtMs` is a
 * moment, by the clock on the wall, before it was read that there is none.
 */
export async function removeLeftovers(
  mailboxes: MailboxStore,
  address: MailboxAddress,
  absentAtMs: number,
  budget: Budget,
): Promise<void> {
  const beforeMs = absentAtMs - CLOCKS_DIFFER_MS;
  await removeMail({ mailboxes, address, budget: () => budget, acceptedBefore: async () => beforeMs });
}

async function nextPage(
  { mailboxes, address, budget }: MailRemovalOptions,
  after: TimeUuid | undefined,
): Promise<readonly MessageEntry[]> {
  const options = after === undefined ? {} : { after };
  for await (const page of mailboxes.list(address, budget(), options)) {
    if (page.length > 0) return page;
  }
  return [];
}

async function removePage(
  { mailboxes, address, budget }: MailRemovalOptions,
  page: readonly MessageEntry[],
): Promise<void> {
  const { left, cause } = await mailboxes.remove(address, page, budget());
  if (left.length === 0) return;
  if (cause !== undefined) throw failureOf(cause);
  throw new Failure('store-write-uncertain', `${left.length} messages could not be removed`);
}

function sumOf(page: readonly MessageEntry[]): Usage {
  return { messages: page.length, sizeBytes: page.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}
