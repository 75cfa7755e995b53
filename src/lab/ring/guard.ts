// A process of its own that outlives the one it watches: `node guard.js FOLDER [wipe]`. Its standard input is a pipe
// that ends when its maker does, however that dies. Unless it was told `release` before, it then ends every node of the
// ring in FOLDER, and with `wipe` removes the folder. So neither an interrupted start nor a killed test run leaves a
// ring behind.
import { signalProcess, stateOf } from './process-mark.js';
import { RingFolder } from './ring-folder.js';
import { systemRingTools, waitUntil } from './ring-tools.js';

const GONE_TIMEOUT_MS = 20_000;

let heard = '';
for await (const chunk of process.stdin) heard += String(chunk);
if (!heard.includes('release')) await endRing(process.argv[2] ?? '', process.argv[3] === 'wipe');

async function endRing(path: string, removesFolder: boolean): Promise<void> {
  const folder = new RingFolder(path);
  const nodes = folder.read()?.nodes ?? [];
  for (const node of nodes) signalProcess(node.process, 'SIGKILL');
  await waitUntil(systemRingTools(), {
    what: 'the nodes did not end',
    timeoutMs: GONE_TIMEOUT_MS,
    check: () => (nodes.some((node) => stateOf(node.process) !== 'gone') ? 'one still runs' : undefined),
  });
  if (removesFolder) folder.remove();
}
