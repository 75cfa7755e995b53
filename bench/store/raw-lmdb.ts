// The yardstick: lmdb called as directly as possible, under the settings with which a put is on the disk when it is
// acknowledged (docs/adr/0002-embedded-engine.md).
import { open, type RootDatabase } from 'lmdb';

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

  /** Under a key as long as the store's. */
  async put(bytes: Buffer): Promise<void> {
    const key = Buffer.alloc(40);
    key.write('user@example.com');
    key.writeUInt32BE(this.#next, 36);
    this.#next += 1;
    await this.#database.put(key, bytes);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
