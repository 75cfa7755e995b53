// Numbers, sizes and times as an operator writes them, with their bounds.
import { orWord, type Kind } from './kind.js';

/** Both ends included. */
interface Range {
  readonly from: number;
  readonly to: number;
}

interface Unit {
  readonly name: string;
  readonly factor: number;
}

const SIZE_UNITS: readonly Unit[] = [
  { name: 'B', factor: 1 },
  { name: 'KiB', factor: 2 ** 10 },
  { name: 'MiB', factor: 2 ** 20 },
  { name: 'GiB', factor: 2 ** 30 },
  { name: 'TiB', factor: 2 ** 40 },
];

const DURATION_UNITS: readonly Unit[] = [
  { name: 'ms', factor: 1 },
  { name: 's', factor: 1000 },
  { name: 'm', factor: 60_000 },
  { name: 'h', factor: 3_600_000 },
  { name: 'd', factor: 86_400_000 },
];

export function wholeNumber({ from, to }: Range): Kind<number> {
  return {
    allowed: `a whole number from ${from} to ${to}`,
    decode: (plain) =>
      typeof plain === 'number' && Number.isInteger(plain) && isWithin(plain, { from, to })
        ? plain
        : undefined,
  };
}

export function decimalNumber({ from, to }: Range): Kind<number> {
  return {
    allowed: `a number from ${from} to ${to}`,
    decode: (plain) => (typeof plain === 'number' && isWithin(plain, { from, to }) ? plain : undefined),
  };
}

export const port = wholeNumber({ from: 1, to: 65_535 });

/** In bytes. */
export function size(range: Range): Kind<number> {
  return quantity('a size such as 64KiB, 50MiB or 2GiB', SIZE_UNITS, range);
}

/** In milliseconds. */
export function duration(range: Range): Kind<number> {
  return quantity('a time such as 500ms, 30s, 5m, 4h or 5d', DURATION_UNITS, range);
}

/** Infinity, which compares as one would wish. */
export function orUnlimited(kind: Kind<number>): Kind<number> {
  return orWord(kind, 'unlimited', Number.POSITIVE_INFINITY);
}

function quantity(what: string, units: readonly Unit[], range: Range): Kind<number> {
  const allowed = `${what}, from ${quantityText(range.from, units)} to ${quantityText(range.to, units)}`;
  return {
    allowed,
    decode: (plain) => {
      const [, digits, name] = /^(\d{1,15}) ?([A-Za-z]+)$/.exec(typeof plain === 'string' ? plain : '') ?? [];
      const unit = units.find((known) => known.name === name);
      if (digits === undefined || unit === undefined) return undefined;
      const value = Number(digits) * unit.factor;
      return isWithin(value, range) ? value : undefined;
    },
  };
}

/** In the largest unit that leaves a whole number. */
function quantityText(value: number, units: readonly Unit[]): string {
  const unit = units.findLast(({ factor }) => value !== 0 && value % factor === 0) ?? units[0];
  return unit === undefined ? String(value) : `${value / unit.factor}${unit.name}`;
}

function isWithin(value: number, { from, to }: Range): boolean {
  return value >= from && value <= to;
}
