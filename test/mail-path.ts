// The two doors over a real store, as a node has them: mail comes in by one, mailboxes are opened by the other. A path
// stands for a process; several over stores of one harness are several nodes.
import { Budget } from '../src/base/budget.js';
import { systemClock, systemTimers, type Timers } from '../src/base/clock.js';
import type { Log } from '../src/base/log.js';
import { Metrics } from '../src/base/metrics.js';
import { systemRandom } from '../src/base/random.js';
import { TimeUuidSource } from '../src/base/time-uuid.js';
import type { IncomingMessage, Receipt } from '../src/intake/intake.js';
import { StoreIntake } from '../src/intake/store-intake.js';
import type { OpenMailbox } from '../src/mailbox/mailbox-door.js';
import { StoreMailboxDoor } from '../src/mailbox/store-mailbox-door.js';
import { noRelay } from '../src/queue/no-relay.js';
import type { Store } from '../src/store/api/store.js';
import type { MailboxAddress } from '../src/store/types.js';

export const HEADER = 'Return-Path: <>\r\nReceived: by a test\r\n';
const AMPLE_MS = 30_000;
/** Pauses are shorter here, deadlines are not. */
const SPED_UP = 20;
const hurriedTimers: Timers = {
  sleep: (ms, signal) => systemTimers.sleep(ms / SPED_UP, signal),
  after: (ms, action) => systemTimers.after(ms, action),
};
const silence: Log = { write: () => undefined, with: () => silence };

export class MailPath {
  readonly intake: StoreIntake;
  readonly door: StoreMailboxDoor;

  constructor({ mailboxes, bodies, claims }: Store, worker: string) {
    const metrics = new Metrics();
    const surroundings = { clock: systemClock, random: systemRandom, log: silence, metrics };
    this.intake = new StoreIntake({
      ...surroundings,
      mailboxes,
      bodies,
      relay: noRelay,
      timers: hurriedTimers,
      standing: { stillThere: async (to) => to },
      ids: new TimeUuidSource(systemClock, systemRandom),
      deliveries: { noteDelivery: () => undefined },
      settings: () => ({ outbox: true }),
    });
    this.door = new StoreMailboxDoor({ ...surroundings, mailboxes, claims, worker, timers: systemTimers });
  }

  accept(content: Uint8Array, to: readonly MailboxAddress[], budgetMs = AMPLE_MS): Promise<Receipt> {
    return this.intake.accept(incoming(content, to), () => Budget.of(systemClock, budgetMs));
  }

  async open(address: MailboxAddress): Promise<OpenMailbox> {
    const opened = await this.door.open(address, Budget.of(systemClock, AMPLE_MS));
    if (opened === 'in-use') throw new Error('the mailbox is in use');
    return opened;
  }
}

export async function messageIn(mailbox: OpenMailbox, number: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of mailbox.read(number, Budget.of(systemClock, AMPLE_MS))) pieces.push(piece);
  return Buffer.concat(pieces);
}

function incoming(content: Uint8Array, to: readonly MailboxAddress[]): IncomingMessage {
  const address = { localPart: 'someone', domain: 'example.com', text: 'someone@example.com' };
  return {
    sender: undefined,
    parameters: {},
    recipients: to.map((mailbox) => ({ address, mailboxes: [mailbox], remote: [], parameters: {} })),
    header: () => HEADER,
    content: inPieces(content),
  };
}

async function* inPieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}
