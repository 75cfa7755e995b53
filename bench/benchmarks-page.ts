// The page of figures, from the records that `npm run bench -- … --record` left in docs/benchmarks/.
import { code, markdownTable, page } from '../src/base/markdown.js';
import { asideText, figure, isReached, type BenchRecord, type Row } from './report.js';

const INTRODUCTION = `# Benchmarks

What our code costs over the engines it stands on, and how it does beside other mail servers: each row was measured
with the bare engine or the other server beside it, in turns, in the same run on the same machine, load and servers
included. The figure is the median of the rounds, with the lowest
and the highest; a ratio is taken within a round. Everything that was sampled is in [benchmarks/](benchmarks/).`;

const HEADS = ['measured', 'figure', 'beside it', 'ratio', 'target', 'conditions'];

export function benchmarksPage(records: readonly BenchRecord[]): string {
  return page(INTRODUCTION, ...records.flatMap(section));
}

function section({ command, measuredAt, machine, rows }: BenchRecord): readonly string[] {
  const { cores, processor, memoryGiB, node, loadBefore } = machine;
  return [
    `## ${code(command)}`,
    `${measuredAt.slice(0, 10)}, ${cores} cores (${processor}), ${memoryGiB} GiB, Node.js ${node}, load average before: ${loadBefore}.`,
    markdownTable(HEADS, rows.map(cells)),
  ];
}

function cells(row: Row): readonly string[] {
  const { name, unit, rate, rawRate, rival = 'bare engine', ratio, beside = [], targets, conditions } = row;
  return [
    name,
    `${figure(rate.median)} ${unit} (${figure(rate.lowest)}–${figure(rate.highest)})`,
    rawRate === undefined ? '' : `${rival}: ${figure(rawRate.median)}`,
    ratio === undefined
      ? ''
      : `${ratio.median.toFixed(2)} (${ratio.lowest.toFixed(2)}–${ratio.highest.toFixed(2)})`,
    targets
      .map(
        (target) =>
          `${target.kind} ${figure(target.value)}: ${isReached(row, target) ? 'reached' : '**not reached**'}`,
      )
      .join('; '),
    [conditions, ...beside.map(asideText)].join('; '),
  ];
}
