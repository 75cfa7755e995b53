// How much is in a mailbox, counted from its index.
import type { Budget } from '../../base/budget.js';
import type { MailboxStore } from '../../store/api/mailboxes.js';
import type { MailboxAddress } from '../../store/types.js';

export interface Usage {
  readonly messages: number;
  readonly sizeBytes: number;
}

export async function usageOf(
  mailboxes: Pick<MailboxStore, 'list'>,
  address: MailboxAddress,
  budget: Budget,
): Promise<Usage> {
  let messages = 0;
  let sizeBytes = 0;
  for await (const page of mailboxes.list(address, budget)) {
    messages += page.length;
    for (const entry of page) sizeBytes += entry.sizeBytes;
  }
  return { messages, sizeBytes };
}
