// The yardstick: lmdb called as directly as possible, under the settings with which a put is on the disk when it is
// acknowledged (docs/adr/0002-embedded-engine.md). A B-tree is at its best when keys only rise; mail for many mailboxes
// does not arrive like that, so both are measured.
import { open, type RootDatabase } from 'lmdb';

/** *spread*: by mailbox, then by time, as a mail store has them. *rising*: by time only. */
export type KeyOrder = 'spread' | 'rising';

const MAILBOXES = 700;

export class RawLmdb {
  readonly #database: RootDatabase<Buffer, Buffer>;
  #next = 0;

  constructor(folder: string) {
    this.#database = open<Buffer, Buffer>({
      path: folder,
      noSubdir: false,
      overlappingSync: false,
      keyEncoding: 'binary',
      encoding: 'binary',
    });
  }

  async put(bytes: Buffer, order: KeyOrder): Promise<void> {
    const number = this.#next;
    this.#next += 1;
    const mailbox = order === 'spread' ? number % MAILBOXES : 0;
    const key = Buffer.from(`${order}${mailbox}@example.com\0inbox\0................`);
    key.writeUInt32BE(number, key.length - 4);
    await this.#database.put(key, bytes);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
