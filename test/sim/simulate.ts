// `npm run test:simulation -- [SEEDS] [FIRST]`: the relay queue in simulated time, for as many seeds as one likes. Of a
// single seed the whole history is printed.
import { simulate } from './simulation.js';

const SEEDS = 10_000;
const [seeds = SEEDS, first = 1] = process.argv.slice(2).map(Number);

const totals = { accepted: 0, duplicates: 0, attempts: 0 };
const failed: number[] = [];
for (let seed = first; seed < first + seeds; seed += 1) {
  const result = await simulate({ seed, isTold: seeds === 1 });
  for (const line of result.history) process.stdout.write(`${line}\n`);
  totals.accepted += result.accepted;
  totals.duplicates += result.duplicates;
  totals.attempts += result.attempts;
  if (result.wrongs.length > 0) failed.push(seed);
  for (const wrong of result.wrongs) process.stdout.write(`seed ${seed}: ${wrong}\n`);
  if (seed % 1000 === 0) process.stdout.write(`seed ${seed}: ${JSON.stringify(totals)}\n`);
}
const { accepted, duplicates, attempts } = totals;
process.stdout.write(
  `${seeds} seeds: ${accepted} items acknowledged, ${attempts} attempts, ${duplicates} duplicates, ${failed.length} seeds failed\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
