// The content of a message that is being delivered: read once where it is small, and as often as somebody wants it where it
// is large. And what must be known of it before it is offered: whether it has octets above 127, in its header or anywhere.
import { isAscii } from 'node:buffer';
import type { Budget } from '../../base/budget.js';
import type { MessageBody } from '../../store/types.js';
import type { DeliveryOrder } from '../attempt.js';
import type { Capabilities, MessageNeeds } from '../session/mail-commands.js';

const LF = 0x0a;
const CR = 0x0d;
const HEADER_END = Buffer.from('\n\r\n');

export class OrderContent {
  readonly #order: DeliveryOrder;
  readonly #budget: () => Budget;
  #body: MessageBody | undefined;
  #scanned: Omit<MessageNeeds, 'sizeBytes'> | undefined;

  constructor(order: DeliveryOrder, budget: () => Budget) {
    this.#order = order;
    this.#budget = budget;
  }

  async body(): Promise<MessageBody> {
    const body = this.#body ?? (await this.#order.content(this.#budget()));
    this.#body = body.kind === 'small' ? body : undefined; // a stream is read once
    return body;
  }

  /** A large message is read for this only where the host lacks something that it might need. */
  async needs({ extensions }: Capabilities): Promise<MessageNeeds> {
    const { sizeBytes, envelope } = this.#order;
    const isUtf8Possible = 'SMTPUTF8' in envelope.parameters;
    const body = await this.body();
    const isEverythingTaken = extensions.has('8BITMIME') && (!isUtf8Possible || extensions.has('SMTPUTF8'));
    if (body.kind === 'large' && isEverythingTaken && this.#scanned === undefined) {
      this.#body = body; // not begun: whoever asks next has it
      return { sizeBytes, isEightBit: true, hasUtf8Header: isUtf8Possible };
    }
    this.#scanned ??= body.kind === 'small' ? scan([body.bytes]) : await scanAll(body.chunks);
    const { isEightBit, hasUtf8Header } = this.#scanned;
    return { sizeBytes, isEightBit, hasUtf8Header: hasUtf8Header && isUtf8Possible };
  }
}

async function scanAll(chunks: AsyncIterable<Uint8Array>): Promise<Omit<MessageNeeds, 'sizeBytes'>> {
  const scanning = new Scan();
  for await (const chunk of chunks) scanning.feed(chunk);
  return scanning;
}

function scan(chunks: readonly Uint8Array[]): Omit<MessageNeeds, 'sizeBytes'> {
  const scanning = new Scan();
  for (const chunk of chunks) scanning.feed(chunk);
  return scanning;
}

class Scan {
  isEightBit = false;
  hasUtf8Header = false;
  #isInHeader = true;
  /** The end of the header may be cut in two. */
  #tail: Buffer = Buffer.from([LF]);

  feed(chunk: Uint8Array): void {
    if (!isAscii(chunk)) this.isEightBit = true;
    if (!this.#isInHeader || chunk.length === 0) return;
    const text = Buffer.concat([this.#tail, chunk]);
    const end = headerEnd(text);
    if (!isAscii(end < 0 ? text : text.subarray(0, end))) this.hasUtf8Header = true;
    this.#isInHeader = end < 0;
    this.#tail = Buffer.from(text.subarray(-2));
  }
}

/** The empty line; -1: it has not come yet. A message may begin with it. */
function headerEnd(text: Buffer): number {
  if (text[0] === LF && text[1] === CR && text[2] === LF) return 1;
  return text.indexOf(HEADER_END);
}
