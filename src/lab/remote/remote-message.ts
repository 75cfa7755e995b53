// What remote hosts have received: the account that tests settle with what was acknowledged.

export interface RemoteMessage {
  /** The name of the host that took it. */
  readonly host: string;
  readonly connection: number;
  readonly isSecure: boolean;
  /** What stood behind `MAIL ` and `RCPT `, as it came. */
  readonly mail: string;
  readonly recipients: readonly string[];
  /** Octets as they came, with stuffed dots, without the final one. Empty where only counts are kept. */
  readonly wire: Buffer;
  readonly sizeBytes: number;
}

export class RemoteLedger {
  readonly #keepsMessages: boolean;
  readonly #messages: RemoteMessage[] = [];
  #count = 0;
  #sizeBytes = 0;

  /** A sink for many messages keeps their number and size only. */
  constructor({ keepsMessages = true } = {}) {
    this.#keepsMessages = keepsMessages;
  }

  enter(message: RemoteMessage): void {
    this.#count += 1;
    this.#sizeBytes += message.sizeBytes;
    if (this.#keepsMessages) this.#messages.push(message);
  }

  get keepsMessages(): boolean {
    return this.#keepsMessages;
  }

  get count(): number {
    return this.#count;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get messages(): readonly RemoteMessage[] {
    return this.#messages;
  }
}

/** The message as it was before its dots were stuffed (RFC 5321 section 4.5.2). */
export function contentOf({ wire }: RemoteMessage): string {
  return wire.toString('latin1').replaceAll(/(^|\r\n)\./g, '$1');
}

/** What stands between the brackets of a path. */
export function addressIn(path: string): string {
  return /<([^>]*)>/.exec(path)?.[1] ?? '';
}
