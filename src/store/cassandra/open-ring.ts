// Opening the ring for a node: connected, checked, its tables there, and said in the log what it promises. What cannot
// be reached is waited for; what waiting does not mend (another protocol, a refused login, an old version, a schema not
// ours) stops the start and says what to do.
import type { Cancel } from '../../base/clock.js';
import {
  connectRing,
  type ConnectedRing,
  type RingSettings,
  type RingSurroundings,
} from './connection/connect-ring.js';
import { readCommitLog } from './connection/commit-log.js';
import { ClockGuard, type TrustedClock } from './clock-guard.js';
import { readAnsweringClocks } from './connection/ring-checks.js';
import { RingWatch } from './connection/ring-watch.js';
import { waitForRing } from './connection/wait-for-ring.js';
import { doubtsAbout, doubtsAboutNodes, type Levels, type RingShape } from './consistency.js';
import type { DriverClient } from './connection/driver-client.js';
import { promiseOf } from './promise.js';
import type { Replication } from './replicas.js';
import type { Ring } from './ring.js';
import { SchemaKeeper } from './schema/schema-keeper.js';

export interface OpenRing {
  readonly ring: Ring;
  readonly levels: Levels;
  readonly trustedClock: TrustedClock;
  /** One sentence: what an acknowledgement survives. */
  readonly promise: string;
  close(): Promise<void>;
}

export interface OpeningOptions {
  /** How long to wait for a ring that cannot be reached; for ever where it is not given. */
  readonly patienceMs?: number | undefined;
  readonly stop?: AbortSignal | undefined;
}

export function openRing(
  settings: RingSettings,
  surroundings: RingSurroundings,
  options: OpeningOptions = {},
): Promise<OpenRing> {
  return waitForRing(() => openOnce(settings, surroundings, options.stop), { ...surroundings, ...options });
}

async function openOnce(
  settings: RingSettings,
  surroundings: RingSurroundings,
  stop: AbortSignal | undefined,
): Promise<OpenRing> {
  const connected = await connectRing(settings, surroundings);
  const { client, ring, levels } = connected;
  try {
    await new SchemaKeeper({ ...surroundings, ...settings, ...connected, ...connected.shape, stop }).create();
    const promise = promiseOf(levels, connected.shape, await readCommitLog(client));
    sayWhatWasOpened(connected, promise, surroundings);
    const unwatch = watch(client, surroundings);
    const { clock } = surroundings;
    const guard = new ClockGuard({ ...surroundings, readClocks: () => readAnsweringClocks(client, clock) });
    const close = async (): Promise<void> => {
      guard.stop();
      await ring.close();
      unwatch(); // our own leaving is no news about the ring
      await client.close();
    };
    return { ring, levels, trustedClock: guard, promise, close };
  } catch (error) {
    await client.close();
    throw error;
  }
}

function sayWhatWasOpened(
  { client, levels, shape }: ConnectedRing,
  promise: string,
  { log }: RingSurroundings,
): void {
  log.write('ring.connected', { nodes: client.hosts().map((host) => host.address) });
  log.write('store.promise', { says: promise });
  for (const { event, says } of [
    ...doubtsAbout(levels, shape),
    ...doubtsAboutNodes(shape, nodesUp(client, shape)),
  ]) {
    log.write(event, { says });
  }
}

/** Per data centre; the driver hears of other data centres from ours. */
function nodesUp(client: DriverClient, { replication }: RingShape): Replication {
  const up = client.allHosts().filter((host) => host.isUp);
  return Object.fromEntries(
    Object.keys(replication).map((name) => [name, up.filter((host) => host.dataCenter === name).length]),
  );
}

/** The driver tells of a change before it has finished it: a node that came back is for a moment in no data centre. */
const CHANGE_SETTLES_MS = 500;

function watch(client: DriverClient, { log, metrics, timers }: RingSurroundings): () => void {
  const ringWatch = new RingWatch(log, metrics, client.hosts());
  let cancel: Cancel | undefined;
  const stopListening = client.onHostChange(() => {
    cancel ??= timers.after(CHANGE_SETTLES_MS, () => {
      cancel = undefined;
      ringWatch.look(client.hosts());
    });
  });
  return () => {
    stopListening();
    cancel?.();
  };
}
