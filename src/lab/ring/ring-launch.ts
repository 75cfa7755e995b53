// Starting nodes of a ring: the first one alone, then the rest beside each other, until all of them agree on who is
// there. Whatever goes wrong, nothing that was started here is left running.
import { Failure } from '../../base/failure.js';
import { availability, freePort, JMX_ADDRESS } from './addresses.js';
import type { NodeSettings } from './node/cassandra-yaml.js';
import { logTail } from './node/log-tail.js';
import { launchNode } from './node/node-process.js';
import { disagreement, readNodeView, sightingOf } from './cql/node-view.js';
import { killNode } from './node-ending.js';
import { explainMissingAddresses, type Toolchain } from './prerequisites.js';
import { stateOf } from './machine/process-mark.js';
import { clientEncryption } from './ring-certificate.js';
import type { RingFolder } from './ring-folder.js';
import { probeTarget, withNode, type NodeRecord, type RingRecord } from './ring-record.js';
import { reasonOf, waitUntil, type RingTools } from './ring-tools.js';

/** A node alone takes 3-4 s on two idle cores; a machine that builds and tests meanwhile, many times that. */
const READY_TIMEOUT_MS = 240_000;
const AGREE_TIMEOUT_MS = 120_000;
const PROBE_TIMEOUT_MS = 10_000;

export interface LaunchContext {
  readonly folder: RingFolder;
  readonly tools: RingTools;
  readonly toolchain: Toolchain;
}

/** Starts these nodes, all of them down, and returns when every running node agrees on every other. */
export async function launchNodes(context: LaunchContext, numbers: readonly number[]): Promise<void> {
  const { folder, tools } = context;
  const begun = tools.clock.monotonicMs();
  for (const number of numbers) await ensureFreePorts(context, number);
  try {
    const isAlone = runningNodes(recordIn(folder)).length === 0;
    const [first, ...rest] = numbers;
    if (isAlone && first !== undefined) await launchOne(context, first);
    await Promise.all((isAlone ? rest : numbers).map((number) => launchOne(context, number)));
    await untilAgreed(folder, tools);
  } catch (error) {
    await Promise.all(nodesIn(folder, numbers).map((node) => killNode(node, tools)));
    throw error;
  }
  tools.note(`the ring agrees (${secondsSince(begun, tools)} s)`);
}

/** Every running node sees every running node as it is now; `quiet` ones must have been heard anew. */
export async function untilAgreed(
  folder: RingFolder,
  tools: RingTools,
  quiet: readonly number[] = [],
): Promise<void> {
  const heardSince = new Map<string, number>();
  for (const node of nodesIn(folder, quiet)) {
    const view = await readNodeView(probeTarget(recordIn(folder).settings, node), PROBE_TIMEOUT_MS);
    heardSince.set(node.address, sightingOf(view, node.address)?.heartbeat ?? 0);
  }
  const { settings, nodes } = recordIn(folder);
  const expected = runningNodes(recordIn(folder));
  await waitUntil(tools, {
    what: 'the nodes did not agree on the ring',
    timeoutMs: AGREE_TIMEOUT_MS,
    check: async () => {
      for (const node of expected) assertAlive(folder, node);
      const views = expected.map((node) => readNodeView(probeTarget(settings, node), PROBE_TIMEOUT_MS));
      const agreement = { members: nodes.length, heardSince };
      return reasonOf(
        () => Promise.all(views),
        (all) => disagreement(all, agreement),
      );
    },
  });
}

function runningNodes(record: RingRecord): readonly NodeRecord[] {
  return record.nodes.filter((node) => stateOf(node.process) === 'running');
}

/** The record as it is now: several nodes may be starting at once, each writing its own part. */
export function recordIn(folder: RingFolder): RingRecord {
  const record = folder.read();
  if (record !== undefined) return record;
  throw new Failure('lab-ring-failed', `there is no ring in ${folder.path}: begin with cassmail ring start`);
}

async function launchOne(context: LaunchContext, number: number): Promise<void> {
  const { folder, tools, toolchain } = context;
  const node = nodeIn(folder, number);
  const record = recordIn(folder);
  const { settings } = record;
  tools.note(`node ${number} starts at ${node.address}:${settings.nativePort}`);
  const begun = tools.clock.monotonicMs();
  const mark = launchNode({
    toolchain,
    settings: nodeSettings(folder, record, node),
    heapMiB: settings.heapMiB,
    jmxPort: node.jmxPort,
    environment: { ...tools.environment, ...settings.environment },
  });
  const running = { ...node, process: mark };
  folder.write(withNode(record, running));
  await waitUntil(tools, {
    what: `node ${number} did not answer`,
    timeoutMs: READY_TIMEOUT_MS,
    check: async () => {
      assertAlive(folder, running);
      return reasonOf(
        () => readNodeView(probeTarget(settings, node), PROBE_TIMEOUT_MS),
        () => undefined,
      );
    },
  });
  tools.note(`node ${number} answers (${secondsSince(begun, tools)} s)`);
}

/** JMX is ours alone and moves where its port is taken; the others are how clients and nodes find this one. */
async function ensureFreePorts({ folder, tools }: LaunchContext, number: number): Promise<void> {
  const { settings } = recordIn(folder);
  const node = nodeIn(folder, number);
  for (const port of [settings.nativePort, settings.storagePort]) {
    const found = await availability(node.address, port);
    if (found === 'no-such-address') {
      throw new Failure('lab-missing-tool', explainMissingAddresses([node.address]));
    }
    if (found === 'in-use') {
      const detail = `${node.address}:${port} is in use: stop what listens there, or choose --port, --storage-port or --address`;
      throw new Failure('lab-ring-failed', detail);
    }
  }
  if ((await availability(JMX_ADDRESS, node.jmxPort)) === 'free') return;
  const taken = recordIn(folder).nodes.map(({ jmxPort }) => jmxPort);
  const jmxPort = await freePort([JMX_ADDRESS], tools.random, taken);
  folder.write(withNode(recordIn(folder), { ...node, jmxPort }));
}

function nodeSettings(folder: RingFolder, record: RingRecord, node: NodeRecord): NodeSettings {
  const { settings } = record;
  const others = runningNodes(record).filter(({ number }) => number !== node.number);
  return {
    clusterName: settings.clusterName,
    address: node.address,
    nativePort: settings.nativePort,
    storagePort: settings.storagePort,
    token: node.token,
    bootstraps: node.bootstraps,
    // Whoever is there already; so a node finds its way back whichever others are down.
    seeds: others.length === 0 ? [node.address] : others.map(({ address }) => address),
    commitlog: settings.commitlog,
    folder: folder.nodeFolder(node.number),
    overrides: {
      ...(settings.wantsPassword ? { authenticator: { class_name: 'PasswordAuthenticator' } } : {}),
      ...(settings.usesTls ? clientEncryption(folder.path) : {}),
      ...settings.overrides,
    },
  };
}

function assertAlive(folder: RingFolder, node: NodeRecord): void {
  if (stateOf(node.process) !== 'gone') return;
  const logs = logTail(folder.nodeFolder(node.number));
  throw new Failure('lab-ring-failed', `node ${node.number} at ${node.address} has ended:\n${logs}`);
}

export function nodeIn(folder: RingFolder, number: number): NodeRecord {
  const { nodes } = recordIn(folder);
  const node = nodes.find((candidate) => candidate.number === number);
  if (node !== undefined) return node;
  const known = nodes.map((candidate) => candidate.number).join(', ');
  throw new Failure('lab-ring-failed', `there is no node ${number}; this ring has ${known}`);
}

function nodesIn(folder: RingFolder, numbers: readonly number[]): readonly NodeRecord[] {
  return numbers.map((number) => nodeIn(folder, number));
}

function secondsSince(begunMs: number, { clock }: RingTools): string {
  return ((clock.monotonicMs() - begunMs) / 1000).toFixed(1);
}
