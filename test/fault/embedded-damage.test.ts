// What the embedded store says to a folder it cannot use, and to a file that was cut, overwritten or made by a later
// version: a Failure with the place and what to do, and never a process that dies in LMDB.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TimeUuidSource } from '../../src/base/time-uuid.js';
import { systemClock } from '../../src/base/clock.js';
import { failureOf } from '../../src/base/failure.js';
import { systemRandom } from '../../src/base/random.js';
import { assertSound } from '../../src/store/embedded/data-file.js';
import { Engine } from '../../src/store/embedded/engine.js';
import { failureFrom, failureOfPromise } from '../failure-from.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { ample, inboxOf, messageTo, openTestStore, wholeIdsIn } from './embedded-test-store.js';

const PAGE_BYTES = 4096;

describe('the embedded store', () => {
  let folder: TemporaryFolder;
  let data: string;
  let file: string;

  beforeEach(() => {
    folder = new TemporaryFolder();
    data = join(folder.path, 'data');
    file = join(data, 'data.mdb');
  });

  afterEach(() => folder.remove());

  const fill = async (): Promise<void> => {
    const store = await openTestStore({ folder: data });
    const ids = new TimeUuidSource(systemClock, systemRandom);
    for (let n = 0; n < 40; n += 1) await store.mailboxes.deliver(messageTo(inboxOf('user')), ample());
    const stream = (async function* () {
      yield Buffer.alloc(300_000);
    })();
    await store.bodies.write(ids.next(), stream, ample());
    await store.close();
  };

  const overwrite = (at: number, bytes: Buffer): void => {
    const content = readFileSync(file);
    bytes.copy(content, at);
    writeFileSync(file, content);
  };

  const expectDamaged = async (): Promise<void> => {
    const failure = await failureOfPromise(openTestStore({ folder: data }));
    expect(failure.code).toBe('store-damaged');
    expect(failure.message).toContain(file);
    expect(failure.message).toContain('backup');
  };

  it('begins anew in a folder that is missing or empty', async () => {
    mkdirSync(data);
    for (const place of [data, join(folder.path, 'deep', 'er')]) {
      const store = await openTestStore({ folder: place });
      expect(await wholeIdsIn(store, inboxOf('user'))).toEqual([]);
      await store.close();
    }
  });

  it('finds a sound file sound, and all in it', async () => {
    await fill();
    assertSound(file);
    const store = await openTestStore({ folder: data });
    expect(await wholeIdsIn(store, inboxOf('user'))).toHaveLength(40);
    await store.close();
  });

  it('says that a file cut anywhere is damaged', async () => {
    await fill();
    const sizeBytes = statSync(file).size;
    for (const left of [
      sizeBytes - 20 * PAGE_BYTES,
      Math.floor(sizeBytes / 3),
      3 * PAGE_BYTES,
      PAGE_BYTES,
      100,
    ]) {
      truncateSync(file, left);
      await expectDamaged();
    }
  });

  it('says that a file of something else is damaged', async () => {
    mkdirSync(data);
    writeFileSync(file, 'From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n'.repeat(1000));
    await expectDamaged();
  });

  it('says that zeroed meta pages are damage', async () => {
    await fill();
    overwrite(0, Buffer.alloc(2 * PAGE_BYTES));
    await expectDamaged();
  });

  it('notices each page in use that was zeroed or overwritten with another', async () => {
    await fill();
    const sound = readFileSync(file);
    let noticed = 0;
    for (let at = 2 * PAGE_BYTES; at < sound.length; at += PAGE_BYTES) {
      for (const page of [Buffer.alloc(PAGE_BYTES), Buffer.alloc(PAGE_BYTES, 0xff)]) {
        writeFileSync(file, sound);
        overwrite(at, page);
        try {
          assertSound(file);
        } catch {
          noticed += 1;
        }
      }
    }
    expect(noticed).toBeGreaterThan(20); // the others are free pages, or the inside of a long value
  });

  it('does not walk for ever through pages that refer to each other in a circle, in a short file either', async () => {
    await fill();
    const short = readFileSync(file);
    for (const meta of [0, PAGE_BYTES]) short.writeBigUInt64LE(2n ** 40n, meta + 144); // its last page
    writeFileSync(file, short);
    assertSound(file);
    const found: string[] = [];
    for (let at = 2 * PAGE_BYTES; at < short.length; at += PAGE_BYTES) {
      if (short.readUInt16LE(at + 18) !== 1) continue; // not a branch
      const firstNode = 24 + short.readUInt16LE(at + 24);
      writeFileSync(file, short);
      overwrite(at + firstNode, Buffer.from(Uint16Array.of(at / PAGE_BYTES, 0, 0).buffer));
      try {
        assertSound(file);
      } catch (error) {
        found.push(failureOf(error).message);
      }
    }
    expect(found.length).toBeGreaterThan(0); // the others are free pages
    for (const message of found) expect(message).toContain('circle');
  });

  it('refuses data of a later format with what to do', async () => {
    await fill();
    const engine = Engine.open(data);
    const table = engine.table('meta');
    await engine.transact(() => table.put(Buffer.from('format'), Buffer.from('{"format":2}')));
    await engine.close();
    const failure = await failureOfPromise(openTestStore({ folder: data }));
    expect(failure.code).toBe('store-format');
    expect(failure.message).toContain('format 2');
  });

  it('refuses a file of another LMDB format', async () => {
    await fill();
    overwrite(28, Buffer.of(1));
    expect(failureFrom(() => assertSound(file)).code).toBe('store-format');
  });

  it('says what is wrong with a folder that is a file, and with files it may not open', async () => {
    writeFileSync(data, '');
    const notAFolder = await failureOfPromise(openTestStore({ folder: data }));
    expect(notAFolder.code).toBe('store-unusable');
    expect(notAFolder.message).toContain(data);
    const other = join(folder.path, 'other');
    mkdirSync(join(other, 'data.mdb'), { recursive: true });
    expect((await failureOfPromise(openTestStore({ folder: other }))).code).toBe('store-unusable');
  });

  it('makes files that others could read private', async () => {
    await fill();
    chmodSync(file, 0o644);
    await (await openTestStore({ folder: data })).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
