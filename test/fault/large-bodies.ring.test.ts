// What only the Cassandra store has of large bodies: segments, the sweep over them, and what a driver keeps in memory.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHUNK_BYTES, OLDEST_ID_MS, type HeldBody, type Holder } from '../../src/store/types.js';
import { keyspaceName } from '../ring-addresses.js';
import { ample, clockOff, mailOnRing, type MailOnRing } from './mail-on-ring.js';
import { leastOfThree } from './least-of-three.js';

const run = promisify(execFile);
const MIB = 1024 * 1024;

async function* zeros(sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let left = sizeBytes; left > 0; left -= CHUNK_BYTES) yield Buffer.alloc(Math.min(left, CHUNK_BYTES));
}

async function sizeOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of chunks) sizeBytes += chunk.length;
  return sizeBytes;
}

async function heldBody(
  { bodies, ids }: MailOnRing,
  sizeBytes: number,
  holders: Holder[],
): Promise<HeldBody> {
  return bodies.hold(await bodies.write(ids.next(), zeros(sizeBytes), ample()), holders, ample());
}

describe('large bodies on the ring', () => {
  let mail: MailOnRing;
  let daysAgo: MailOnRing;

  beforeAll(async () => {
    const keyspace = keyspaceName('bodies');
    mail = await mailOnRing({ keyspace });
    daysAgo = await mailOnRing({ keyspace, clock: clockOff(-2 * OLDEST_ID_MS) });
  }, 60_000);

  afterAll(async () => {
    await mail.close();
    await daysAgo.close();
  });

  it('go with one statement per 4 MiB when nobody holds them any more', async () => {
    const holders: Holder[] = [{ kind: 'queue', item: mail.ids.next() }];
    const body = await heldBody(mail, 9 * MIB, holders);
    mail.statements.length = 0;
    await mail.bodies.release(body, holders, ample());
    expect(mail.statements).toEqual([
      'bodies.release',
      'bodies.refs',
      'bodies.drop',
      'bodies.drop',
      'bodies.drop',
    ]);
    await expect(sizeOf(mail.bodies.read(body, ample()))).rejects.toMatchObject({ code: 'body-missing' });
  });

  it('are swept after a day when nobody ever held them, and only then', async () => {
    const { bodies, ids } = daysAgo;
    const held = await heldBody(daysAgo, 5 * MIB, [{ kind: 'queue', item: ids.next() }]);
    const forgotten = await bodies.write(ids.next(), zeros(5 * MIB), ample());
    const young = await mail.bodies.write(mail.ids.next(), zeros(MIB), ample());
    expect(await mail.bodies.sweep(ample())).toEqual({ removed: 1, skipped: 0, isComplete: true });
    expect(await sizeOf(mail.bodies.read(held, ample()))).toBe(5 * MIB);
    expect(await sizeOf(mail.bodies.read(young as HeldBody, ample()))).toBe(MIB);
    const reading = sizeOf(mail.bodies.read(forgotten as HeldBody, ample()));
    await expect(reading).rejects.toMatchObject({ code: 'body-missing' });
    expect(await mail.bodies.sweep(ample())).toMatchObject({ removed: 0, skipped: 0 });
  });

  it('are not held for the first time when they are over a day old', async () => {
    const body = await daysAgo.bodies.write(daysAgo.ids.next(), zeros(MIB), ample());
    const holding = mail.bodies.hold(body, [{ kind: 'queue', item: mail.ids.next() }], ample());
    await expect(holding).rejects.toMatchObject({ code: 'id-too-old' });
  });

  it('of 50 MiB move in and out with less than 40 MiB of memory', async () => {
    const program = fileURLToPath(new URL('move-large-body.js', import.meta.url));
    const extraBytes = await leastOfThree(async () => {
      const { stdout } = await run(process.execPath, [program], { timeout: 50_000 });
      const { writeBytes, readBytes } = JSON.parse(stdout) as { writeBytes: number; readBytes: number };
      return Math.max(writeBytes, readBytes);
    });
    expect(extraBytes).toBeLessThan(40 * MIB);
  }, 180_000);
});
