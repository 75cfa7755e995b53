// A process of its own that outlives the one it watches: `node guard.js FOLDER [wipe]`. Its standard input is a pipe
// that ends when its maker does, however that dies. Unless it was told `release` before, it then ends every node of the
// ring in FOLDER, and with `wipe` removes the folder. So neither an interrupted start nor a killed test run leaves a
// ring behind.
import { killNode } from './node-ending.js';
import { RingFolder } from './ring-folder.js';
import { systemRingTools } from './ring-tools.js';

let heard = '';
for await (const chunk of process.stdin) heard += String(chunk);
if (!heard.includes('release')) await endRing(process.argv[2] ?? '', process.argv[3] === 'wipe');

async function endRing(path: string, removesFolder: boolean): Promise<void> {
  const folder = new RingFolder(path);
  const nodes = folder.read()?.nodes ?? [];
  await Promise.all(nodes.map((node) => killNode(node, systemRingTools())));
  if (removesFolder) folder.remove();
}
