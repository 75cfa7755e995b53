// A ring for the time of a test run: on free ports, in a folder of its own, gone with the process that wanted it.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressRun, freePort } from './addresses.js';
import type { RingLogin } from './cql/cql-probe.js';
import { certificateFile } from './ring-certificate.js';
import { RingGuard } from './ring-guard.js';
import { initialLogin, type RingSettings } from './ring-record.js';
import { Ring } from './ring.js';
import { systemRingTools, type RingTools } from './ring-tools.js';

export interface TestRingOptions extends Partial<RingSettings> {
  /** 1 unless said otherwise. */
  readonly nodes?: number;
  /** Where progress goes; nowhere by default. */
  readonly note?: (line: string) => void;
}

export interface TestRing {
  readonly contactPoints: readonly string[];
  readonly port: number;
  readonly localDataCenter: 'datacenter1';
  /** Who may log in where `wantsPassword` is set; elsewhere anybody may. */
  readonly login: RingLogin;
  /** What to trust where `usesTls` is set. */
  readonly certificateFile: string;
  /** kill, pause, resume, restart, add, decommission, and what else can be done to a ring; nodes count from 1. */
  readonly ring: Ring;
  /** Ends all nodes and removes their data. */
  readonly stop: () => Promise<void>;
}

/** Returns when all nodes agree on the ring. Give it some minutes: a busy machine takes long. */
export async function startTestRing(options: TestRingOptions = {}): Promise<TestRing> {
  const { nodes = 1, note, ...wanted } = options;
  const quiet = systemRingTools();
  const tools = { ...quiet, note: note ?? quiet.note };
  const settings = await testSettings(wanted, nodes, tools);
  const folder = mkdtempSync(join(tmpdir(), 'cassmail-ring-'));
  const guard = new RingGuard(folder, { wipesFolder: true });
  const ring = new Ring(folder, tools);
  const stop = async (): Promise<void> => {
    await ring.crash();
    ring.remove();
    guard.release();
  };
  try {
    await ring.form(settings, nodes);
  } catch (error) {
    ring.remove();
    guard.release();
    throw error;
  }
  return {
    contactPoints: addressRun(settings.firstAddress, nodes),
    port: settings.nativePort,
    localDataCenter: 'datacenter1',
    login: initialLogin,
    certificateFile: certificateFile(folder),
    ring,
    stop,
  };
}

async function testSettings(
  wanted: Partial<RingSettings>,
  nodes: number,
  { random }: RingTools,
): Promise<RingSettings> {
  const firstAddress = wanted.firstAddress ?? '127.0.0.1';
  const addresses = addressRun(firstAddress, nodes);
  const nativePort = wanted.nativePort ?? (await freePort(addresses, random));
  return {
    clusterName: `cassmail test ${nativePort}`,
    heapMiB: 384,
    commitlog: 'group',
    wantsPassword: false,
    usesTls: false,
    overrides: {},
    environment: {},
    storagePort: await freePort(addresses, random, [nativePort]),
    ...wanted,
    firstAddress,
    nativePort,
  };
}
