// What an administrator sees of the messages in a mailbox: when they came, how large they are, and how they begin.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import { readAhead } from '../../base/side-by-side.js';
import { timeOfIdMs, type TimeUuid } from '../../base/time-uuid.js';
import type { MailboxStore } from '../../store/api/mailboxes.js';
import type { MailboxAddress, MessageBody, MessageEntry } from '../../store/types.js';

export interface MessageView {
  readonly id: TimeUuid;
  readonly acceptedAtMs: number;
  readonly sizeBytes: number;
  /** At most `HEAD_BYTES`; undefined: the body cannot be found (yet). */
  readonly head: Uint8Array | undefined;
}

export interface MessagePage {
  /** Oldest first. */
  readonly messages: readonly MessageView[];
  /** None comes after these. */
  readonly isComplete: boolean;
}

/** Nobody's header is longer that is worth being shown. */
const HEAD_BYTES = 64 * 1024;
const AT_ONCE = 8;

export class MessageAdministration {
  readonly #mailboxes: MailboxStore;

  constructor(mailboxes: MailboxStore) {
    this.#mailboxes = mailboxes;
  }

  /** At most `limit`, those after `after` if it is given. */
  async list(
    address: MailboxAddress,
    { after, limit }: { readonly after: TimeUuid | undefined; readonly limit: number },
    budget: Budget,
  ): Promise<MessagePage> {
    const entries: MessageEntry[] = [];
    const options = after === undefined ? {} : { after };
    for await (const page of this.#mailboxes.list(address, budget, options)) {
      entries.push(...page);
      if (entries.length > limit) break;
    }
    const messages: MessageView[] = [];
    const shown = entries.slice(0, limit);
    for await (const message of readAhead(shown, AT_ONCE, (entry) => this.#view(address, entry, budget))) {
      messages.push(message);
    }
    return { messages, isComplete: entries.length <= limit };
  }

  async #view(address: MailboxAddress, entry: MessageEntry, budget: Budget): Promise<MessageView> {
    const { id, sizeBytes } = entry;
    const head = await this.#head(address, entry, budget);
    return { id, acceptedAtMs: timeOfIdMs(id), sizeBytes, head };
  }

  async #head(address: MailboxAddress, entry: MessageEntry, budget: Budget): Promise<Uint8Array | undefined> {
    try {
      return await headOf(await this.#mailboxes.read(address, entry, budget));
    } catch (error) {
      if (error instanceof Failure && error.code === 'body-missing') return undefined;
      throw error;
    }
  }
}

async function headOf(body: MessageBody): Promise<Uint8Array> {
  if (body.kind === 'small') return body.bytes.subarray(0, HEAD_BYTES);
  for await (const chunk of body.chunks) return chunk.subarray(0, HEAD_BYTES);
  return new Uint8Array();
}
