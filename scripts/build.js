// `npm run build`: compile into a fresh folder and put it in place at once, so that a removed source leaves nothing
// behind that the test runner would still find, and a failed build leaves the last good one alone.
import { spawnSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';

rmSync('dist.new', { recursive: true, force: true });
const compiled = spawnSync('node_modules/.bin/tsc', ['--project', '.', '--outDir', 'dist.new'], {
  stdio: 'inherit',
});
if (compiled.status !== 0) {
  rmSync('dist.new', { recursive: true, force: true });
  process.exit(1);
}
rmSync('dist.old', { recursive: true, force: true });
try {
  renameSync('dist', 'dist.old');
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}
renameSync('dist.new', 'dist');
rmSync('dist.old', { recursive: true, force: true });
