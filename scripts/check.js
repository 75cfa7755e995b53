// `npm run check`: everything that can be said about the project without running its tests. Runs all steps whatever
// the earlier ones found, says of each how long it took, and fails when one of them did.
import { spawnSync } from 'node:child_process';

const STEPS = [
  ['types', 'scripts/build.js'],
  ['lint', 'node_modules/oxlint/bin/oxlint', '--type-aware', '--report-unused-disable-directives'],
  ['format', 'node_modules/prettier/bin/prettier.cjs', '--check', '--cache', '--log-level=warn', '.'],
  ['layers', 'scripts/check-layers.js'],
  ['dependencies', 'scripts/check-dependencies.js'],
  ['unused code', 'node_modules/knip/bin/knip.js', '--no-progress'],
  ['generated docs', 'scripts/generate.js', '--check'],
  ['links', 'scripts/check-links.js'],
];

const failed = STEPS.filter(([name, ...command]) => !passes(name, command)).map(([name]) => name);
if (failed.length > 0) {
  console.error(`check: failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}

/** What a step prints is shown only when it fails: then it is what somebody has to mend. */
function passes(name, command) {
  const startedAt = performance.now();
  const step = spawnSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const isFine = step.status === 0;
  console.log(`${isFine ? 'ok    ' : 'FAILED'} ${name.padEnd(22)} ${seconds.padStart(5)} s`);
  if (!isFine) process.stderr.write(`${step.stdout}${step.stderr}\n`);
  return isFine;
}
