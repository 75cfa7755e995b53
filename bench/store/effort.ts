// How long a bench goes on, and what it says of two contenders.
import type { Row } from '../report.js';
import type { RoundResults } from '../rounds.js';

export interface Effort {
  readonly rounds: number;
  /** Multiplies how much is done in a round. */
  readonly scale: number;
}

export function compared(results: RoundResults): Pick<Row, 'rate' | 'rawRate' | 'ratio'> {
  const [rate, rawRate] = results.rates;
  const [ratio] = results.ratios;
  if (rate === undefined || rawRate === undefined || ratio === undefined) {
    throw new TypeError('two contenders take turns here');
  }
  return { rate, rawRate, ratio };
}
