// A process of its own on an embedded store, for tests that kill it or look at its memory. Run with a task and a folder;
// says over its channel to the parent what it has done.
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { systemTimers } from '../../src/base/clock.js';
import { failureOf } from '../../src/base/failure.js';
import type { TimeUuid } from '../../src/base/time-uuid.js';
import type { EmbeddedStore } from '../../src/store/embedded/embedded-store.js';
import type { MessageEntry } from '../../src/store/types.js';
import {
  ample,
  entriesIn,
  EventLog,
  ids,
  inboxOf,
  messageTo,
  openTestStore,
  wholeIdsIn,
} from './embedded-test-store.js';

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

  /** As when a worker's primary is gone: in the middle of it all. */
  'exit with commits under way': async () => {
    const store = await openTestStore({ folder, role: 'worker' });
    for (let n = 0; n < 20; n += 1) void deliverAndTell(store, Infinity);
    await systemTimers.sleep(Number(argument));
    process.exit(0);
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

  /** Says how it went, then once more when the parent has made room. */
  'fill the disk': async () => {
    const log = new EventLog();
    const store = await openTestStore({ folder, log });
    tell({ filled: { ...(await fill(store)), events: log.events } });
    await once(process, 'message');
    await removeSome(store);
    tell({ goneOn: { ...(await deliverSome(store, 20)), events: log.events } });
    await store.close();
    process.disconnect();
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

interface Outcomes {
  readonly acknowledged: readonly TimeUuid[];
  readonly failures: readonly string[];
}

/** More than there is room for; some at a time, so that a commit that fails takes several with it. */
async function fill(store: EmbeddedStore): Promise<Outcomes & { readonly found: readonly TimeUuid[] }> {
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => deliverSome(store, 200)));
  return {
    acknowledged: outcomes.flatMap(({ acknowledged }) => acknowledged),
    failures: [...new Set(outcomes.flatMap(({ failures }) => failures))],
    found: await wholeIdsIn(store, inboxOf('user')),
  };
}

async function deliverSome(store: EmbeddedStore, count: number): Promise<Outcomes> {
  const acknowledged: TimeUuid[] = [];
  const failures: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const delivery = messageTo(inboxOf('user'), 8000);
    try {
      await store.mailboxes.deliver(delivery, ample());
      acknowledged.push(delivery.id);
    } catch (error) {
      const failure = failureOf(error);
      failures.push(`${failure.code}: ${failure.kind}`);
    }
  }
  return { acknowledged, failures };
}

/** Tries as a session would: until it succeeds. */
async function removeSome(store: EmbeddedStore): Promise<void> {
  let left: readonly MessageEntry[] = (await entriesIn(store, inboxOf('user'))).slice(0, 100);
  for (let times = 0; left.length > 0 && times < 50; times += 1) {
    await systemTimers.sleep(50);
    ({ left } = await store.mailboxes.remove(inboxOf('user'), left, ample()));
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
