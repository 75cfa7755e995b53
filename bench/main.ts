// `npm run bench -- WHAT`: what our code costs over the engines it stands on, and how it does beside other mail servers.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchMail, mailBenches, mailBenchNames, type MailBench } from './mail/mail-bench.js';
import { MissingPeer } from './peers/programs.js';
import { renderRows, thisMachine, type BenchRecord, type Row } from './report.js';
import { benchCassandra } from './store/cassandra-bench.js';
import type { Effort } from './store/effort.js';
import { benchEmbedded } from './store/embedded-bench.js';

const usage = `usage: npm run bench -- WHAT [--quick] [--only STORE] [--case NAME …] [--commitlog group|periodic] [--record FILE]

  store         the stores against the bare engines
  accept        small messages by SMTP, against Postfix; and the time until a message is accepted
  mailbox       large messages by Postal, against Postfix; and all mail into one mailbox
  pop3          POP3 sessions and bulk, against Dovecot

  --quick       less work and fewer rounds: shows that it runs
  --only        embedded or cassandra; the Cassandra one brings up a ring of its own (JDK 17 and Maven);
                peers: without CassMail (accept, mailbox, pop3)
  --case        only these rows (accept, mailbox, pop3): ${caseNames()}
  --commitlog   how the ring acknowledges: group (after fsync, the default) or periodic (Cassandra's own default)
  --record      write the figures with all raw samples to FILE as JSON; \`npm run docs\` makes docs/benchmarks.md from
                those in docs/benchmarks/`;

class Misuse extends Error {}

interface Wish {
  readonly what: 'store' | MailBench;
  readonly isQuick: boolean;
  readonly only: 'embedded' | 'cassandra' | 'peers' | undefined;
  readonly cases: readonly string[] | undefined;
  readonly commitLog: 'group' | 'periodic';
  readonly record: string | undefined;
}

try {
  const words = process.argv.slice(2);
  await bench(wishOf(words), words);
} catch (error) {
  if (error instanceof MissingPeer) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else if (error instanceof Misuse || isParseError(error)) {
    process.stderr.write(`${error.message}\n${usage}\n`);
    process.exitCode = 2;
  } else throw error;
}

async function bench(wish: Wish, words: readonly string[]): Promise<void> {
  const machine = thisMachine();
  const rows = wish.what === 'store' ? await benchStore(wish) : await benchMail(wish.what, wish);
  process.stdout.write(`${renderRows(rows)}\n`);
  if (wish.record !== undefined) {
    const command = `npm run bench -- ${words.filter((_, at) => !isAboutRecord(words, at)).join(' ')}`;
    const measured: BenchRecord = { command, measuredAt: new Date().toISOString(), machine, rows };
    writeFileSync(wish.record, `${JSON.stringify(measured, undefined, 2)}\n`);
  }
}

async function benchStore({ isQuick, only, commitLog }: Wish): Promise<readonly Row[]> {
  const effort: Effort = isQuick ? { rounds: 3, scale: 1 } : { rounds: 5, scale: 3 };
  const rows: Row[] = [];
  if (only !== 'cassandra') rows.push(...(await benchEmbedded(effort)));
  if (only !== 'embedded') rows.push(...(await benchCassandra(effort, commitLog)));
  return rows;
}

function wishOf(words: readonly string[]): Wish {
  const { positionals, values } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      case: { type: 'string', multiple: true },
      commitlog: { type: 'string', default: 'group' },
      record: { type: 'string' },
    },
  });
  const { quick, case: cases, record } = values;
  const what = oneOf(['store', ...mailBenchNames], positionals.join(' '), 'WHAT');
  const commitLog = oneOf(['group', 'periodic'], values.commitlog, '--commitlog');
  const only =
    values.only === undefined ? undefined : oneOf(['embedded', 'cassandra', 'peers'], values.only, '--only');
  if (what !== 'store') refuseUnknownCases(what, cases ?? []);
  else if (only === 'peers' || cases !== undefined) throw new Misuse('store has neither cases nor peers');
  return { what, isQuick: quick, only, cases, commitLog, record };
}

function oneOf<T extends string>(allowed: readonly T[], text: string, where: string): T {
  const found = allowed.find((candidate) => candidate === text);
  if (found === undefined) throw new Misuse(`${where} is one of ${allowed.join(', ')}; found: ${text}`);
  return found;
}

function refuseUnknownCases(what: MailBench, cases: readonly string[]): void {
  const unknown = cases.find((wanted) => !mailBenches[what].some(({ name }) => name === wanted));
  if (unknown !== undefined) throw new Misuse(`${what} has no case ${unknown}`);
}

function caseNames(): string {
  return Object.entries(mailBenches)
    .map(([what, cases]) => `\n                ${what}: ${cases.map(({ name }) => name).join(' ')}`)
    .join('');
}

/** `--record FILE` is not part of what was measured. */
function isAboutRecord(words: readonly string[], at: number): boolean {
  return words[at] === '--record' || words[at - 1] === '--record';
}

function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}
