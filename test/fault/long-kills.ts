// `npm run test:long -- [ROUNDS]`: kill -9 of a node under load on the embedded store, as test/fault/node-kills.test.ts
// does it, for as many rounds as one likes. What was done is kept in a file after each round, so a run that was
// interrupted goes on where it was; the rounds, the letters and all that was wrong stand there in the end.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../project-root.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { beginKillRounds, type KillRounds, type Victim } from './kill-rounds.js';

interface LongRun {
  readonly rounds: number;
  readonly letters: number;
  readonly problems: readonly string[];
}

const RECORD = join(projectRoot, 'data', 'long-kills.json');
const ROUNDS = 200;
const ROUNDS_PER_NODE = 20;
const VICTIMS: readonly Victim[] = ['everything', 'worker', 'primary'];

function recorded(): LongRun {
  if (!existsSync(RECORD)) return { rounds: 0, letters: 0, problems: [] };
  return JSON.parse(readFileSync(RECORD, 'utf8')) as LongRun; // our own file
}

function record(run: LongRun): void {
  mkdirSync(dirname(RECORD), { recursive: true });
  writeFileSync(`${RECORD}.new`, `${JSON.stringify(run, undefined, 2)}\n`);
  renameSync(`${RECORD}.new`, RECORD);
}

/** Some rounds with one data folder and one seed. */
async function continued(run: LongRun, untilRounds: number): Promise<LongRun> {
  const folder = new TemporaryFolder();
  const seed = run.rounds + 1;
  let kills: KillRounds | undefined;
  try {
    kills = await beginKillRounds({ data: join(folder.path, 'data'), seed, isAllOrNothing: true });
    let now = run;
    while (now.rounds < untilRounds) {
      const problems = await kills.round(VICTIMS[now.rounds % VICTIMS.length] ?? 'everything');
      now = {
        rounds: now.rounds + 1,
        letters: run.letters + kills.acknowledged,
        problems: [...now.problems, ...problems],
      };
      record(now);
      process.stdout.write(
        `round ${now.rounds}: ${now.letters} letters acknowledged, ${now.problems.length} problems\n`,
      );
    }
    return now;
  } finally {
    await kills?.end();
    folder.remove();
  }
}

const wanted = Number(process.argv[2] ?? ROUNDS);
let run = recorded();
while (run.rounds < wanted) run = await continued(run, Math.min(wanted, run.rounds + ROUNDS_PER_NODE));
for (const problem of run.problems) process.stderr.write(`${problem}\n`);
process.exitCode = run.problems.length === 0 ? 0 : 1;
