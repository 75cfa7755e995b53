// What a bench says at the end: rows for the terminal, with the target beside each figure, and a record of everything. A row that misses its target says so; nothing is rounded up.
import { cpus, loadavg, totalmem } from 'node:os';
import type { Spread } from './rounds.js';

export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly rate: Spread;
  /** Against the raw engine, or another server, in the same round, where that was measured. */
  readonly ratio?: Spread;
  readonly rawRate?: Spread;
  /** Who reached `rawRate`; left out: the raw engine. */
  readonly rival?: string;
  /** What else was seen in the same rounds. */
  readonly beside?: readonly Aside[];
  readonly targets: readonly Target[];
  /** What the row promises: durability, consistency, sizes, what is in flight. */
  readonly conditions: string;
}

export interface Aside {
  readonly what: string;
  readonly unit: string;
  readonly rate: Spread;
}

export type Target =
  | { readonly kind: 'ratio at least'; readonly value: number }
  | { readonly kind: 'rate at least'; readonly value: number }
  | { readonly kind: 'seconds under'; readonly value: number }
  | { readonly kind: 'milliseconds under'; readonly value: number };

export function isReached(row: Row, target: Target): boolean {
  if (target.kind === 'rate at least') return row.rate.median >= target.value;
  if (target.kind !== 'ratio at least') return row.rate.median < target.value;
  return row.ratio !== undefined && row.ratio.median >= target.value;
}

export function renderRows(rows: readonly Row[]): string {
  return rows.map(renderRow).join('\n');
}

function renderRow(row: Row): string {
  const { name, unit, rate, ratio, rawRate, rival = 'raw', beside = [], targets, conditions } = row;
  const against =
    ratio === undefined || rawRate === undefined
      ? ''
      : `; ${rival} ${figure(rawRate.median)}; ratio ${ratio.median.toFixed(2)} (${ratio.lowest.toFixed(2)}–${ratio.highest.toFixed(2)})`;
  return [
    `${name}: ${figure(rate.median)} ${unit} (${figure(rate.lowest)}–${figure(rate.highest)})${against}`,
    ...beside.map((aside) => `    beside it: ${asideText(aside)}`),
    ...targets.map((target) => {
      const verdict = isReached(row, target) ? 'reached' : 'NOT REACHED';
      return `    target: ${target.kind} ${figure(target.value)}: ${verdict}`;
    }),
    `    ${conditions}`,
  ].join('\n');
}

export function asideText({ what, unit, rate }: Aside): string {
  return `${what}: ${figure(rate.median)} ${unit} (${figure(rate.lowest)}–${figure(rate.highest)})`;
}

/** What a run leaves behind, to be shown and compared later: everything that was measured, and where. */
export interface BenchRecord {
  readonly command: string;
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly rows: readonly Row[];
}

interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly node: string;
  /** Runnable processes on average over the last minute: a machine that does something else too says so. */
  readonly loadBefore: number;
}

export function thisMachine(): Machine {
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}

export function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
