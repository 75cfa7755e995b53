// `npm run bench -- store`: what our code costs over the engines it stands on.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { renderRows, thisMachine, type BenchRecord, type Row } from './report.js';
import { benchCassandra } from './store/cassandra-bench.js';
import type { Effort } from './store/effort.js';
import { benchEmbedded } from './store/embedded-bench.js';

const usage = `usage: npm run bench -- store [--quick] [--only embedded|cassandra] [--commitlog group|periodic] [--record FILE]

  --quick       a third of the work, three rounds instead of five
  --only        one of the two stores; the Cassandra one brings up a ring of its own (JDK 17 and Maven)
  --commitlog   how the ring acknowledges: group (after fsync, the default) or periodic (Cassandra's own default)
  --record      write the figures with all raw samples to FILE as JSON; \`npm run docs\` makes docs/benchmarks.md from
                those in docs/benchmarks/`;

class Misuse extends Error {}

try {
  await bench(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Misuse) && !isParseError(error)) throw error;
  process.stderr.write(`${error.message}\n${usage}\n`);
  process.exitCode = 2;
}

async function bench(words: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      commitlog: { type: 'string', default: 'group' },
      record: { type: 'string' },
    },
  });
  const { quick, only, commitlog, record } = values;
  if (positionals.join(' ') !== 'store') throw new Misuse('what is to be measured? There is: store');
  if (only !== undefined && only !== 'embedded' && only !== 'cassandra') throw new Misuse(`--only ${only}?`);
  if (commitlog !== 'group' && commitlog !== 'periodic') throw new Misuse(`--commitlog ${commitlog}?`);
  const effort: Effort = quick ? { rounds: 3, scale: 1 } : { rounds: 5, scale: 3 };
  const machine = thisMachine();
  const rows: Row[] = [];
  if (only !== 'cassandra') rows.push(...(await benchEmbedded(effort)));
  if (only !== 'embedded') rows.push(...(await benchCassandra(effort, commitlog)));
  process.stdout.write(`${renderRows(rows)}\n`);
  if (record !== undefined) {
    const command = `npm run bench -- ${words.filter((_, at) => !isAboutRecord(words, at)).join(' ')}`;
    const measured: BenchRecord = { command, measuredAt: new Date().toISOString(), machine, rows };
    writeFileSync(record, `${JSON.stringify(measured, undefined, 2)}\n`);
  }
}

/** `--record FILE` is not part of what was measured. */
function isAboutRecord(words: readonly string[], at: number): boolean {
  return words[at] === '--record' || words[at - 1] === '--record';
}

function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}
