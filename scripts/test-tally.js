// A Jest reporter that writes down, for scripts/test.js, how many tests ran and on which store. A test runs on the store
// that its file's path or its title names. A file that crashed before its tests counts as one failure.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

const STORES = [
  ['Cassandra, three nodes', /three[- ]node/i],
  ['Cassandra, one node', /one[- ]node/i],
  ['embedded store', /embedded/i],
];
const NO_STORE = 'no store';

export default class TestTally {
  /** Stands until the run completes: a test that ends the process takes all results along. */
  onRunStart() {
    write({ passed: 0, failed: 1, skipped: 0, byStore: {} });
  }

  onRunComplete(_contexts, results) {
    write(tallyOf(results));
  }
}

function write(tally) {
  const file = process.env.CASSMAIL_TEST_TALLY;
  if (file !== undefined) writeFileSync(file, JSON.stringify(tally));
}

function tallyOf(results) {
  const byStore = {};
  for (const { testFilePath, testResults } of results.testResults) {
    for (const { fullName, status } of testResults) {
      if (status !== 'passed' && status !== 'failed') continue;
      const store = storeOf(`${relative('', testFilePath)} ${fullName}`);
      byStore[store] = (byStore[store] ?? 0) + 1;
    }
  }
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests + results.numTodoTests,
    byStore,
  };
}

function storeOf(text) {
  return STORES.find(([, names]) => names.test(text))?.[0] ?? NO_STORE;
}
