// Holds src/ to its architecture: layers import only what the table allows, no cycles, no barrels, one importing file
// per npm package, and no clock, timer, randomness or environment outside the layers that hand them on.
// `node scripts/check-layers.js [SRC]` prints `file:line: what is wrong` and fails when there is anything to print.
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { RULES } from './layers/rules.js';
import { readSource } from './layers/source-file.js';

const root = process.argv[2] ?? 'src';
const files = sourcesIn(root).map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
const findings = RULES.flatMap((rule) => rule(files));
for (const { path, line, message } of findings) console.log(`${join(root, path)}:${line}: ${message}`);
process.exitCode = findings.length === 0 ? 0 : 1;

function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => path.split(sep).join('/'))
    .toSorted((a, b) => (a < b ? -1 : 1));
}
