// `npm test [-- Jest's arguments]`: runs the tests of each Jest project, says on which store how many ran, and closes
// with exactly `N passed, N failed`. Anything that went wrong outside a test counts as a failure, and so does having
// run no test at all.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ALONE = { name: 'alone', workers: 2 };
/** One test file at a time: the rings' own processes need the rest of a small machine. */
const RING = { name: 'ring', workers: 1 };

// Sources are what people name; what runs is compiled.
const jestArguments = process.argv.slice(2).map((argument) => argument.replace(/\.test\.ts$/, '.test.js'));

const missing = await missingForRings();
const isRingRequired = process.env.CI === 'true' || process.env.CASSMAIL_REQUIRE_RING === '1';
const ringNotice =
  missing === undefined ? undefined : `The tests on a Cassandra ring are left out: ${missing}`;
if (ringNotice !== undefined) console.log(ringNotice);

const missingClients = await missingMailClients();
const clientNotice =
  missingClients.length === 0
    ? undefined
    : `The tests with these mail programs are left out, since they are not there: ${missingClients.join(', ')}`;

const total = [ALONE, ...(ringNotice === undefined ? [RING] : [])].map(run).reduce(add);
if (total.passed + total.failed === 0) {
  console.log('No test ran, which counts as a failure.');
  total.failed += 1;
}
for (const [store, tests] of Object.entries(total.byStore)) console.log(`${store}: ${tests} tests`);
if (ringNotice !== undefined) console.log(ringNotice);
if (ringNotice !== undefined && isRingRequired) {
  console.log('Here they are required (CI or CASSMAIL_REQUIRE_RING is set), which makes that a failure.');
  total.failed += 1;
}
if (clientNotice !== undefined) console.log(clientNotice);
if (clientNotice !== undefined && process.env.CI === 'true') {
  console.log('Here they are required (CI is set), which makes that a failure.');
  total.failed += 1;
}
console.log(closingLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;

/** Why no ring can be started on this machine, in one line, or undefined. */
async function missingForRings() {
  const { missingPrerequisites } = await import('../dist/src/lab/ring/prerequisites.js');
  return missingPrerequisites(process.env);
}

/** Those that the tests with real clients would run, and this machine lacks. */
async function missingMailClients() {
  const { missingClients: find } = await import('../dist/test/e2e/clients/client-programs.js');
  return find();
}

function run({ name, workers }) {
  const folder = mkdtempSync(join(tmpdir(), 'cassmail-test-'));
  try {
    const tallyFile = join(folder, 'tally.json');
    const jest = spawnSync(
      process.execPath,
      [
        '--experimental-vm-modules',
        `--import=${new URL('quiet-vm-modules.js', import.meta.url).href}`,
        'node_modules/jest/bin/jest.js',
        `--selectProjects=${name}`,
        `--maxWorkers=${workers}`,
        '--passWithNoTests',
        // a finished run ends, whatever a test left open; Jest says when it had to be made to
        '--forceExit',
        ...jestArguments,
      ],
      { stdio: 'inherit', env: { ...process.env, CASSMAIL_TEST_TALLY: tallyFile } },
    );
    return tallyOf(name, jest, tallyFile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What Jest wrote down; where it failed without a failed test (or wrote nothing), one failure more. */
function tallyOf(name, jest, tallyFile) {
  const tally = readTally(tallyFile) ?? { passed: 0, failed: 0, skipped: 0, byStore: {} };
  if (jest.status !== 0 && tally.failed === 0) {
    console.log(`Jest failed outside the tests of "${name}" (see above), which counts as a failure.`);
    tally.failed = 1;
  }
  return tally;
}

/** Absent when Jest ended before the first test: a failed global setup, a wrong argument, or no test found. */
function readTally(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function add(left, right) {
  const byStore = { ...left.byStore };
  for (const [store, tests] of Object.entries(right.byStore)) byStore[store] = (byStore[store] ?? 0) + tests;
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
    byStore,
  };
}

function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
