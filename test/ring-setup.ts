// Global setup of the ring project: a ring of one node and a ring of three, both real, side by side, for the whole run.
// Where a variable already says where such a ring answers, that one is taken and left running.
import { startTestRing } from '../src/lab/ring/test-ring.js';
import { ringText, ringVariables } from './ring-addresses.js';
import { runningRings, stopRunningRings } from './running-rings.js';

interface WantedRing {
  readonly variable: string;
  readonly nodes: number;
}

const WANTED: readonly WantedRing[] = [
  { variable: ringVariables.oneNode, nodes: 1 },
  { variable: ringVariables.threeNodes, nodes: 3 },
];

export default async function startRings(): Promise<void> {
  const missing = WANTED.filter(({ variable }) => process.env[variable] === undefined);
  const starts = await Promise.allSettled(missing.map(startRing));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed === undefined) return;
  await stopRunningRings();
  throw failed.reason;
}

async function startRing({ variable, nodes }: WantedRing): Promise<void> {
  const ring = await startTestRing({
    nodes,
    note: (line) => process.stderr.write(`${nodes === 1 ? 'one-node' : 'three-node'} ring: ${line}\n`),
  });
  runningRings.push(ring);
  process.env[variable] = ringText(ring);
}
