// How everything is measured here: contenders take turns within one run, round after round, so that a machine that
// slows down slows all of them; a ratio is taken within a round, and the median of the rounds is what counts.

export interface Contender {
  readonly name: string;
  /** One round; the rate it reached in its own unit per second. */
  run(): Promise<number>;
}

export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly samples: readonly number[];
}

export interface RoundResults {
  /** The rates of each contender, in the order given. */
  readonly rates: readonly Spread[];
  /** The rate of each contender to that of the last one, round by round. */
  readonly ratios: readonly Spread[];
}

/** The first round warms up and is not counted. */
export async function takeTurns(contenders: readonly Contender[], rounds: number): Promise<RoundResults> {
  const counted: number[][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const rates: number[] = [];
    for (const contender of contenders) rates.push(await contender.run());
    if (round > 0) counted.push(rates);
  }
  const column = (index: number, of: (rates: readonly number[]) => number): Spread =>
    spread(counted.map((rates) => (rates[index] ?? Number.NaN) / of(rates)));
  return {
    rates: contenders.map((_, index) => column(index, () => 1)),
    ratios: contenders.map((_, index) => column(index, (rates) => rates.at(-1) ?? Number.NaN)),
  };
}

/** One rate to another, round by round. */
export function pairedRatio(rate: Spread, other: Spread): Spread {
  return spread(rate.samples.map((sample, round) => sample / (other.samples[round] ?? Number.NaN)));
}

export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
  return { median, lowest: sorted[0] ?? Number.NaN, highest: sorted.at(-1) ?? Number.NaN, samples };
}

/** Runs `task` for 0 … count-1 with `width` of them under way; returns how many were done per second. */
export async function ratePerSecond(
  count: number,
  width: number,
  task: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await task(index);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return count / ((performance.now() - startedAt) / 1000);
}
