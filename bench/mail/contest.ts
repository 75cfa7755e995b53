// CassMail and its rivals in turns, and the row that comes of it. Of several rivals the best one counts. CassMail may be
// left out: then the rivals are measured alone.
import type { Aside, Row, Target } from '../report.js';
import { pairedRatio, takeTurns, type Contender, type Spread } from '../rounds.js';

export interface Contest {
  readonly name: string;
  readonly unit: string;
  readonly ours: Contender | undefined;
  readonly rivals: readonly Contender[];
  /** What else the contenders have seen, asked when they are done. */
  readonly beside?: () => readonly Aside[];
  readonly targets: readonly Target[];
  readonly conditions: string;
}

export async function contestRows(contest: Contest, rounds: number): Promise<readonly Row[]> {
  const { ours, rivals, unit, beside = () => [] } = contest;
  const contenders = [...(ours === undefined ? [] : [ours]), ...rivals];
  const { rates } = await takeTurns(contenders, rounds);
  const measured = contenders.map(({ name }, index) => ({ name, rate: rateAt(rates, index) }));
  if (ours === undefined) return measured.map((rival) => rivalRow(contest, rival, beside()));
  const [own, ...others] = measured;
  const best = others.toSorted((a, b) => b.rate.median - a.rate.median)[0];
  if (own === undefined || best === undefined) throw new TypeError('a contest needs a rival');
  return [
    {
      name: contest.name,
      unit,
      rate: own.rate,
      rawRate: best.rate,
      rival: best.name,
      ratio: pairedRatio(own.rate, best.rate),
      beside: [
        ...others.filter((other) => other !== best).map(({ name, rate }) => ({ what: name, unit, rate })),
        ...beside(),
      ],
      targets: contest.targets,
      conditions: contest.conditions,
    },
  ];
}

interface Measured {
  readonly name: string;
  readonly rate: Spread;
}

function rivalRow({ name, unit, conditions }: Contest, rival: Measured, beside: readonly Aside[]): Row {
  return { name: `${name}: ${rival.name} alone`, unit, rate: rival.rate, beside, targets: [], conditions };
}

function rateAt(rates: readonly Spread[], index: number): Spread {
  const rate = rates[index];
  if (rate === undefined) throw new RangeError(`no contender ${index}`);
  return rate;
}
