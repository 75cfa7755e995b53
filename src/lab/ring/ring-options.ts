// What `cassmail ring start` was told, checked before anything is begun.
import { join, resolve } from 'node:path';
import type { Surroundings } from '../../base/surroundings.js';
import type { VerbCall, VerbOption } from '../../base/verb.js';
import { parseAddress } from './addresses.js';
import { commitlogModes, type CommitlogMode } from './node/cassandra-yaml.js';
import type { RingRecord, RingSettings } from './ring-record.js';

export const FOLDER_OPTION: VerbOption = {
  name: 'folder',
  value: 'FOLDER',
  summary: 'where the ring lives; several folders, several rings (default: ~/.local/state/cassmail/ring)',
};

export const startOptions: readonly VerbOption[] = [
  { name: 'nodes', value: 'COUNT', summary: 'how many nodes (default: 3)' },
  { name: 'heap', value: 'SIZE', summary: 'Java heap per node (default: 384m); from 1g on tuned for load' },
  {
    name: 'commitlog',
    value: 'MODE',
    summary: 'group or batch: acknowledge after fsync; periodic: before it (default: group)',
  },
  { name: 'port', value: 'PORT', summary: 'where clients connect, at every address (default: 9042)' },
  { name: 'storage-port', value: 'PORT', summary: 'where nodes talk to each other (default: 7000)' },
  {
    name: 'address',
    value: 'ADDRESS',
    summary: "the first node's; the others count up (default: 127.0.0.1)",
  },
  { name: 'cluster', value: 'NAME', summary: "the cluster's name (default: cassmail)" },
  { name: 'fresh', summary: 'remove the data of the stopped ring in this folder first' },
];

const MOST_NODES = 16;
const LEAST_HEAP_MIB = 256;

/** Only what was typed: the rest is as the ring has it already, or the default. */
export interface StartWish {
  readonly nodes: number | undefined;
  readonly heapMiB: number | undefined;
  readonly commitlog: CommitlogMode | undefined;
  readonly nativePort: number | undefined;
  readonly storagePort: number | undefined;
  readonly firstAddress: string | undefined;
  readonly clusterName: string | undefined;
}

export type ParsedWish =
  | { readonly isValid: true; readonly wish: StartWish }
  | { readonly isValid: false; readonly problems: readonly string[] };

export function ringFolder(call: VerbCall, { environment, currentFolder }: Surroundings): string {
  const state = environment['XDG_STATE_HOME'] ?? join(environment['HOME'] ?? '/tmp', '.local/state');
  return resolve(currentFolder, call.option('folder') ?? join(state, 'cassmail/ring'));
}

export function parseWish(call: Pick<VerbCall, 'option'>): ParsedWish {
  const problems: string[] = [];
  function read<T>(name: string, parse: (text: string) => T | undefined, allowed: string): T | undefined {
    const text = call.option(name);
    const value = text === undefined ? undefined : parse(text);
    if (text !== undefined && value === undefined) problems.push(`--${name} ${text}: must be ${allowed}`);
    return value;
  }
  const port = wholeNumber(1, 65_535);
  const wish: StartWish = {
    nodes: read('nodes', wholeNumber(1, MOST_NODES), `a number from 1 to ${MOST_NODES}`),
    heapMiB: read('heap', parseHeap, `a size such as 384m or 2g, at least ${LEAST_HEAP_MIB}m`),
    commitlog: read('commitlog', parseCommitlog, `one of ${commitlogModes.join(', ')}`),
    nativePort: read('port', port, 'a port from 1 to 65535'),
    storagePort: read('storage-port', port, 'a port from 1 to 65535'),
    firstAddress: read('address', parseAddress, 'an IPv4 address such as 127.0.0.1'),
    clusterName: read('cluster', (text) => text.trim() || undefined, 'a name'),
  };
  return problems.length > 0 ? { isValid: false, problems } : { isValid: true, wish };
}

/** What a new ring is like where nothing else is wished. */
export function settingsFor(wish: StartWish): { readonly settings: RingSettings; readonly nodes: number } {
  const settings: RingSettings = {
    clusterName: wish.clusterName ?? 'cassmail',
    firstAddress: wish.firstAddress ?? '127.0.0.1',
    nativePort: wish.nativePort ?? 9042,
    storagePort: wish.storagePort ?? 7000,
    heapMiB: wish.heapMiB ?? 384,
    commitlog: wish.commitlog ?? 'group',
    wantsPassword: false,
    usesTls: false,
    overrides: {},
    environment: {},
  };
  return { settings, nodes: wish.nodes ?? 3 };
}

/** What was wished and is otherwise in a ring that exists, in words. */
export function contradictions({ settings, nodes }: RingRecord, wish: StartWish): readonly string[] {
  const pairs = [
    ['--nodes', wish.nodes, nodes.length],
    ['--heap', wish.heapMiB, settings.heapMiB],
    ['--commitlog', wish.commitlog, settings.commitlog],
    ['--port', wish.nativePort, settings.nativePort],
    ['--storage-port', wish.storagePort, settings.storagePort],
    ['--address', wish.firstAddress, settings.firstAddress],
    ['--cluster', wish.clusterName, settings.clusterName],
  ] as const;
  return pairs
    .filter(([, wished, existing]) => wished !== undefined && wished !== existing)
    .map(([option, wished, existing]) => `${option} would be ${wished} and is ${existing}`);
}

export function parseHeap(text: string): number | undefined {
  const match = /^(\d{1,6})([mg])$/i.exec(text);
  if (match === null) return undefined;
  const mebibytes = Number(match[1]) * (match[2]?.toLowerCase() === 'g' ? 1024 : 1);
  return mebibytes >= LEAST_HEAP_MIB ? mebibytes : undefined;
}

/** For operands and options alike. */
export function wholeNumber(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d{1,6}$/.test(text) ? Number(text) : -1;
    return value >= least && value <= most ? value : undefined;
  };
}

function parseCommitlog(text: string): CommitlogMode | undefined {
  return commitlogModes.find((mode) => mode === text);
}
