// A mailbox in memory, opened as often as one likes, with failures where a test wants them.
import { Failure } from '../../../src/base/failure.js';
import type { MailboxDoor, OpenMailbox, RemovalOutcome } from '../../../src/mailbox/mailbox-door.js';

export class FakeMailbox implements OpenMailbox {
  readonly messages: (Uint8Array | undefined)[];
  /** Octets in one piece of `read`. */
  pieceOctets = 128 * 1024;
  /** `read` fails after so many pieces of this message. */
  readonly failsAfter = new Map<number, number>();
  /** `read` of this message waits for it. */
  readonly holds = new Map<number, Promise<unknown>>();
  removal: RemovalOutcome | Failure = { kind: 'removed' };
  readonly begun: number[] = [];
  readonly removed: number[] = [];
  opened = 0;
  closed = 0;

  constructor(messages: readonly (string | Uint8Array)[]) {
    this.messages = messages.map((message) =>
      typeof message === 'string' ? Buffer.from(message, 'latin1') : message,
    );
  }

  get count(): number {
    return this.messages.length;
  }

  sizeBytes(number: number): number {
    return this.messages[number - 1]?.length ?? 0;
  }

  uidl(number: number): string {
    return `uid-${number}`;
  }

  async *read(number: number): AsyncGenerator<Uint8Array> {
    this.begun.push(number);
    await this.holds.get(number);
    const message = this.messages[number - 1];
    if (message === undefined) throw new Failure('body-missing', `message ${number} is not there`);
    let pieces = 0;
    for (let at = 0; at < message.length; at += this.pieceOctets) {
      this.#failAfter(number, pieces);
      yield message.subarray(at, at + this.pieceOctets);
      pieces += 1;
    }
    this.#failAfter(number, pieces);
  }

  remove(numbers: readonly number[]): Promise<RemovalOutcome> {
    if (this.removal instanceof Failure) return Promise.reject(this.removal);
    if (this.removal.kind === 'removed') this.removed.push(...numbers);
    return Promise.resolve(this.removal);
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }

  #failAfter(number: number, pieces: number): void {
    if (this.failsAfter.get(number) === pieces)
      throw new Failure('store-read-failed', 'as the test wants it');
  }
}

/** Opens these mailboxes by `login|mailbox`, one session at a time. */
export class FakeDoor implements MailboxDoor {
  readonly mailboxes = new Map<string, FakeMailbox>();
  failure: Failure | undefined;
  readonly #open = new Set<string>();

  open({ login, mailbox }: Parameters<MailboxDoor['open']>[0]): Promise<OpenMailbox | 'in-use'> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const name = `${login}|${mailbox}`;
    if (this.#open.has(name)) return Promise.resolve('in-use');
    this.#open.add(name);
    const opened = this.mailboxes.get(name) ?? new FakeMailbox([]);
    opened.opened += 1;
    const close = opened.close.bind(opened);
    opened.close = () => {
      this.#open.delete(name);
      return close();
    };
    return Promise.resolve(opened);
  }
}
