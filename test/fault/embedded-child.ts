// A process of its own on an embedded store, for tests that kill it or look at its memory. Run with a task and a folder;
// says over its channel to the parent what it has done.
import { readFileSync } from 'node:fs';
import { failureOf } from '../../src/base/failure.js';
import type { TimeUuid } from '../../src/base/time-uuid.js';
import type { EmbeddedStore } from '../../src/store/embedded/embedded-store.js';
import { ample, ids, inboxOf, messageTo, openTestStore } from './embedded-test-store.js';

const [task = '', folder = '', argument = ''] = process.argv.slice(2);

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  /** Until it is killed: many deliveries at once, each told when it was acknowledged. */
  'deliver until killed': async () => {
    const store = await openTestStore({ folder });
    tell({ ready: true });
    await Promise.all(Array.from({ length: 20 }, () => deliverAndTell(store, Infinity)));
  },

  'deliver as worker': async () => {
    const store = await openTestStore({ folder, role: 'worker' });
    await Promise.all(Array.from({ length: 10 }, () => deliverAndTell(store, 50)));
    await store.close();
    tell({ done: true });
    process.disconnect();
  },

  /** Until it is killed, if it gets it. */
  'hold the folder': async () => {
    try {
      await openTestStore({ folder });
    } catch (error) {
      tell({ refused: failureOf(error).code, settled: true });
      process.disconnect();
      return;
    }
    tell({ ready: true, settled: true });
    setInterval(() => undefined, 1000);
  },

  'stream a large body': async () => {
    const store = await openTestStore({ folder });
    tell({ extraBytes: await extraMemoryOfStreaming(store, Number(argument)) });
    await store.close();
    process.disconnect();
  },
};

async function deliverAndTell(store: EmbeddedStore, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const delivery = messageTo(inboxOf('user'));
    await store.mailboxes.deliver(delivery, ample());
    tell({ acknowledged: delivery.id });
  }
}

/** Writes a body of this size, reads it with a slow reader, and returns the most memory it took beyond the start. */
async function extraMemoryOfStreaming(store: EmbeddedStore, sizeBytes: number): Promise<number> {
  const item: TimeUuid = ids.next();
  const piece = Buffer.alloc(64 * 1024, 'x');
  const atStart = memoryBytes();
  let most = 0;
  const look = (): void => {
    most = Math.max(most, memoryBytes() - atStart);
  };
  const stream = (async function* () {
    for (let sent = 0; sent < sizeBytes; sent += piece.length) {
      look();
      yield piece;
    }
  })();
  const body = await store.bodies.write(item, stream, ample());
  const held = await store.bodies.hold(body, [{ kind: 'queue', item }], ample());
  let readBytes = 0;
  for await (const chunk of store.bodies.read(held, ample())) {
    readBytes += chunk.length;
    look();
  }
  if (readBytes !== sizeBytes) throw new Error(`read ${readBytes} bytes of ${sizeBytes}`);
  return most;
}

/**
 * What the process has allocated. Pages of the data file that it has mapped don't count, where the system tells them
 * apart: they are the system's cache, shared by all processes and given back when anybody needs the memory.
 */
function memoryBytes(): number {
  if (process.platform !== 'linux') return process.memoryUsage.rss();
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

function tell(message: Readonly<Record<string, unknown>>): void {
  process.send?.(message);
}

await tasks[task]?.();
