// The loads that mail comes in by: small messages by smtp-source, large ones by Postal.
import { join } from 'node:path';
import { sendWithPostal } from '../load/postal.js';
import { CLIENTS, sendWithSmtpSource } from '../load/smtp-source.js';
import type { DeliveryLoad } from './delivery-rounds.js';
import type { MailSetting } from './mail-case.js';
import { addresses } from './mailboxes.js';

export interface Sizes {
  readonly smallestKb: number;
  readonly largestKb: number;
}

export type Destination = 'all mailboxes' | 'one mailbox';

export const SMALL_BYTES = 1024;

export function smallLoad(
  { effort }: MailSetting,
  connections: 'each' | 'kept',
  to: Destination,
): DeliveryLoad {
  const round = { connections, to, sizeBytes: SMALL_BYTES, tours: effort.tours };
  return {
    unit: 'messages/s',
    says: `smtp-source, 1 KB messages, ${CLIENTS} clients, ${connections === 'each' ? 'one connection per message' : 'kept connections'}`,
    send: async (port) => ({ acknowledged: Promise.resolve(await sendWithSmtpSource(port, round)) }),
  };
}

export function postalLoad({ effort, servers }: MailSetting, sizes: Sizes, to: Destination): DeliveryLoad {
  const users = to === 'one mailbox' ? addresses.slice(0, 1) : addresses;
  const userFile = join(servers.folder, to === 'one mailbox' ? 'one-user' : 'all-users');
  return {
    unit: 'MB/s',
    says: `Postal, ${sizes.smallestKb}-${sizes.largestKb} KB messages, 20 threads, 1-3 messages per connection`,
    send: async (port) => {
      const { totals } = await sendWithPostal(port, {
        ...sizes,
        seconds: effort.postalSeconds,
        users,
        userFile,
      });
      return { acknowledged: totals.then(({ messages }) => messages) };
    },
  };
}
