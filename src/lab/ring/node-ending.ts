// The two ways in which a node ends, and waiting for a process to be what it was told to be. Never interrupted: who
// ends a node wants it gone, above all one who was interrupted himself.
import { signalProcess, stateOf, type ProcessState } from './machine/process-mark.js';
import type { NodeRecord } from './ring-record.js';
import { uninterrupted, waitUntil, type RingTools } from './ring-tools.js';

/** A drain writes what is in memory and tells the others; a killed process is gone as soon as its memory is. */
const DRAIN_TIMEOUT_MS = 60_000;
const SIGNAL_TIMEOUT_MS = 20_000;

/** As a crash would end it. */
export async function killNode(node: NodeRecord, tools: RingTools): Promise<void> {
  if (signalProcess(node.process, 'SIGKILL')) await untilState(node, 'gone', tools);
}

/** In good order; a node that does not manage that is killed, and that is an error. */
export async function drainNode(node: NodeRecord, tools: RingTools): Promise<void> {
  if (!signalProcess(node.process, 'SIGTERM')) return;
  signalProcess(node.process, 'SIGCONT'); // a paused one hears nothing before
  tools.note(`node ${node.number} stops`);
  try {
    await untilState(node, 'gone', tools, DRAIN_TIMEOUT_MS);
  } catch (error) {
    await killNode(node, tools);
    throw error;
  }
}

export async function untilState(
  node: NodeRecord,
  state: ProcessState,
  tools: RingTools,
  timeoutMs = SIGNAL_TIMEOUT_MS,
): Promise<void> {
  await waitUntil(uninterrupted(tools), {
    what: `node ${node.number} was not ${state}`,
    timeoutMs,
    check: () => (stateOf(node.process) === state ? undefined : `it is ${stateOf(node.process)}`),
  });
}
