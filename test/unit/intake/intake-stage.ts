// An intake over scripted stores, and messages to give it.
import { Budget } from '../../../src/base/budget.js';
import { Failure } from '../../../src/base/failure.js';
import type { Log, LogFields } from '../../../src/base/log.js';
import { Metrics } from '../../../src/base/metrics.js';
import { TimeUuidSource } from '../../../src/base/time-uuid.js';
import type { IncomingMessage, Receipt } from '../../../src/intake/intake.js';
import { StoreIntake } from '../../../src/intake/store-intake.js';
import { parseLogin } from '../../../src/mail/login.js';
import { INBOX } from '../../../src/mail/mailbox-name.js';
import type { MailboxAddress } from '../../../src/store/types.js';
import { settled, VirtualTime } from '../../virtual-time.js';
import { ScriptedMail } from './scripted-mail.js';

export const anne = { login: parseLogin('anne@example.com'), mailbox: INBOX };
export const bert = { login: parseLogin('bert@example.com'), mailbox: INBOX };
export const HEADER = 'Received: x\r\n';
export const SMALL = Buffer.from('Subject: x\r\n\r\nHello\r\n');
export const LARGE = Buffer.alloc(3 * 65_536, 'All work and no play.\r\n');

export class Bench {
  readonly time = new VirtualTime();
  readonly mail = new ScriptedMail();
  readonly metrics = new Metrics();
  readonly lines: [event: string, fields: LogFields | undefined][] = [];
  readonly noted: [login: string, sizeBytes: number][] = [];
  readonly intake: StoreIntake;
  keepsOutbox = true;
  /** Logins of users who were removed since they were looked up. */
  gone: readonly string[] = [];

  constructor() {
    const { time } = this;
    const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 };
    const log: Log = { write: (event, fields) => this.lines.push([event, fields]), with: () => log };
    this.intake = new StoreIntake({
      standing: { stillThere: async (to) => to.filter(({ login }) => !this.gone.includes(login)) },
      mailboxes: this.mail.mailboxes,
      bodies: this.mail.bodies,
      relay: this.mail.relay,
      clock: time,
      timers: time,
      random,
      log,
      metrics: this.metrics,
      ids: new TimeUuidSource(time, random),
      deliveries: { noteDelivery: (login, sizeBytes) => this.noted.push([login, sizeBytes]) },
      settings: () => ({ outbox: this.keepsOutbox }),
    });
  }

  accept(incoming: IncomingMessage, budgetMs = 30_000): Promise<Receipt> {
    return this.intake.accept(incoming, () => Budget.of(this.time, budgetMs));
  }

  /** How it ended, with as much time passing as it takes. */
  async outcome(accepting: Promise<Receipt>): Promise<Receipt | Failure> {
    const ending = accepting.catch((error: unknown) => error);
    const ended = ending.then(() => true);
    for (let seconds = 0; seconds < 200; seconds += 1) {
      if (await Promise.race([ended, settled().then(() => false)])) break;
      await this.time.advance(1000);
    }
    const end = await ending;
    if (end instanceof Failure || !(end instanceof Error)) return end as Receipt | Failure;
    throw end;
  }

  get isEmpty(): boolean {
    const { delivered, kept, stored, queued } = this.mail;
    return delivered.size + kept.size + stored.size + queued.length === 0;
  }

  count(event: string): number {
    return this.lines.filter(([name]) => name === event).length;
  }
}

export function message(content: AsyncIterable<Uint8Array>, to: MailboxAddress[] = [anne]): IncomingMessage {
  const address = { localPart: 'anne', domain: 'example.com', text: 'anne@example.com' };
  const recipients = to.map((mailbox) => ({ address, mailboxes: [mailbox], remote: [], parameters: {} }));
  return { sender: address, parameters: {}, recipients, header: () => HEADER, content };
}

export class Sent implements AsyncIterable<Uint8Array> {
  readonly #bytes: Buffer;
  readonly #failsAt: number;
  read = 0;

  constructor(bytes: Buffer, failsAt = Number.POSITIVE_INFINITY) {
    this.#bytes = bytes;
    this.#failsAt = failsAt;
  }

  get isRead(): boolean {
    return this.read >= this.#bytes.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    while (!this.isRead) {
      if (this.read >= this.#failsAt) throw new Failure('message-too-large', 'scripted: enough');
      const piece = this.#bytes.subarray(this.read, this.read + 10_000);
      this.read += piece.length;
      yield piece;
    }
  }
}
