// How much of a write an item takes at most, by the rule of the store's interface: its JSON, its body, and an overhead.
// Counting exactly costs as much as encoding, so what is small is estimated from above.
import { ITEM_OVERHEAD_BYTES, type RelayEnvelope, type RelayItem, type RelayState } from '../store/types.js';

/** One unit of text is six octets of JSON at most, as an escape. */
const MOST_BYTES_PER_CHARACTER = 6;
/** Names of fields, quotes, numbers. */
const FRAME_BYTES = 256;
const WORTH_COUNTING_BYTES = 32 * 1024;

export function sizeOfItem({ envelope, state, body }: RelayItem): number {
  const text = sizeOfText(charactersOfEnvelope(envelope), envelope) + sizeOfState(state);
  return text + (body.kind === 'small' ? body.bytes.length : 0) + ITEM_OVERHEAD_BYTES;
}

export function sizeOfState(state: RelayState): number {
  return sizeOfText(charactersOfState(state), state);
}

function sizeOfText(characters: number, value: unknown): number {
  const most = FRAME_BYTES + characters * MOST_BYTES_PER_CHARACTER;
  return most < WORTH_COUNTING_BYTES ? most : Buffer.byteLength(JSON.stringify(value));
}

function charactersOfEnvelope({ message, destination, sender, parameters }: RelayEnvelope): number {
  return message.length + destination.length + sender.length + charactersOf(parameters);
}

function charactersOfState({ recipients, lastReply }: RelayState): number {
  let characters = lastReply?.length ?? 0;
  for (const { address, parameters } of recipients) {
    characters += address.length + charactersOf(parameters) + RECIPIENT_FRAME;
  }
  return characters;
}

/** `{"address":"","parameters":{}},` */
const RECIPIENT_FRAME = 32;

function charactersOf(parameters: Readonly<Record<string, string>>): number {
  let characters = 0;
  for (const [name, value] of Object.entries(parameters)) characters += name.length + value.length + 6;
  return characters;
}
