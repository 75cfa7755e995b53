// The part of a message that leaves: one share for each destination, with each of its addresses once.
import type { TimeUuid } from '../base/time-uuid.js';
import type { NewItem } from '../queue/relay-queue.js';
import type { HeldBody, RelayRecipient, SmallBody } from '../store/types.js';
import type { IncomingMessage } from './intake.js';

export interface RelayShare {
  readonly item: TimeUuid;
  /** A domain, or an address literal with its brackets (RFC 5321 section 4.1.3). */
  readonly destination: string;
  readonly recipients: readonly RelayRecipient[];
}

export function relayShares(
  { recipients }: Pick<IncomingMessage, 'recipients'>,
  nextId: () => TimeUuid,
): readonly RelayShare[] {
  const destinations = new Map<string, Map<string, RelayRecipient>>();
  for (const { remote, parameters } of recipients) {
    for (const { domain, text } of remote) {
      const addresses = destinations.get(domain) ?? new Map<string, RelayRecipient>();
      if (!addresses.has(text)) addresses.set(text, { address: text, parameters });
      destinations.set(domain, addresses);
    }
  }
  return [...destinations].map(([destination, addresses]) => ({
    item: nextId(),
    destination,
    recipients: [...addresses.values()],
  }));
}

export interface RelayedMessage {
  readonly id: TimeUuid;
  readonly acceptedAtMs: number;
  readonly message: Pick<IncomingMessage, 'sender' | 'parameters' | 'submitter'>;
}

export function relayItems(
  shares: readonly RelayShare[],
  { id, acceptedAtMs, message }: RelayedMessage,
  body: SmallBody | HeldBody,
): readonly NewItem[] {
  const { sender, submitter } = message;
  // of SMTP's own names, which are in capitals, none is ours
  const parameters = { ...message.parameters, ...(submitter === undefined ? {} : { submitter }) };
  return shares.map(({ item, destination, recipients }) => ({
    id: item,
    envelope: { message: id, destination, sender: sender?.text ?? '', acceptedAtMs, parameters },
    recipients,
    body,
  }));
}
