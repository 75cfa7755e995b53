// `npm run docs`: writes every page that follows from a definition in the source. With `--check`, writes nothing and
// names the pages that are no longer what the source says. Reads dist/: build first.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { benchmarksPage } from '../dist/bench/benchmarks-page.js';
import { httpApiPage } from '../dist/src/admin/api/reference.js';
import { conformancePage } from '../dist/test/conformance/conformance-page.js';
import { errorsPage, logEventsPage, metricsPage } from '../dist/src/base/reference.js';
import { commandsPage } from '../dist/src/cli/commands-page.js';
import { exampleFile } from '../dist/src/config/example.js';
import { configPage } from '../dist/src/config/reference.js';
import { allVerbs, verbGroups } from '../dist/src/main/verbs.js';

const BENCHMARKS = 'docs/benchmarks';

const PAGES = {
  'cassmail.example.yaml': exampleFile(),
  'docs/benchmarks.md': benchmarksPage(recordsIn(BENCHMARKS)),
  'docs/conformance.md': conformancePage(),
  'docs/reference/config.md': configPage(),
  'docs/reference/commands.md': commandsPage(allVerbs({ environment: {}, currentFolder: '.' }), verbGroups),
  'docs/reference/errors.md': errorsPage(),
  'docs/reference/http-api.md': httpApiPage(),
  'docs/reference/log-events.md': logEventsPage(),
  'docs/reference/metrics.md': metricsPage(),
};

const stale = Object.entries(PAGES).filter(([file, text]) => textIn(file) !== text);
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is not what the source says: npm run docs`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [file, text] of stale) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${file}`);
  }
}

function recordsIn(folder) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.toSorted().map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

function textIn(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
