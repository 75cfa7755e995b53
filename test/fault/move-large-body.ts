// A process that moves 50 MiB into the ring and out of it, and prints how far its memory rose above what it was after a
// first, smaller body: `{"writeBytes": …, "readBytes": …}`.
import type { HeldBody, LargeBody } from '../../src/store/types.js';
import { keyspaceName } from '../ring-addresses.js';
import { ample, mailOnRing } from './mail-on-ring.js';

const SIZE_BYTES = 50 * 1024 * 1024;
/** Connections made, code compiled: what any message costs. */
const WARM_UP_BYTES = 4 * 1024 * 1024;
/** As sockets bring it. */
const PIECE_BYTES = 64 * 1024;
/** One for all: what the sender's side takes is not counted here. */
const piece = Buffer.alloc(PIECE_BYTES, 1);

const mail = await mailOnRing({ keyspace: keyspaceName('memory') });
await readAll(await write(WARM_UP_BYTES));
let body: LargeBody | undefined;
const writeBytes = await riseDuring(async () => {
  body = await write(SIZE_BYTES);
});
const readBytes = await riseDuring(async () => {
  if (body !== undefined) await readAll(body);
});
process.stdout.write(JSON.stringify({ writeBytes, readBytes }));
await mail.close();

function write(sizeBytes: number): Promise<LargeBody> {
  return mail.bodies.write(mail.ids.next(), pieces(sizeBytes), ample());
}

async function* pieces(sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let left = sizeBytes; left > 0; left -= PIECE_BYTES) yield piece;
}

async function readAll({ id, sizeBytes }: LargeBody): Promise<void> {
  let seenBytes = 0;
  for await (const chunk of mail.bodies.read({ kind: 'large', id, sizeBytes } as HeldBody, ample())) {
    seenBytes += chunk.length;
  }
  if (seenBytes !== sizeBytes) throw new Error(`${seenBytes} bytes of ${sizeBytes} came back`);
}

async function riseDuring(action: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const sampling = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 2);
  await action();
  clearInterval(sampling);
  return most - before;
}
