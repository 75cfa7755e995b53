// The partition of a mailbox that a message is in, as the text that a list entry carries: `period.part`.
import { Failure } from '../../base/failure.js';

export interface Place {
  readonly period: number;
  readonly part: number;
}

const PLACE = /^(\d+)\.(\d+)$/;

export function placeText(place: Place): string {
  return `${place.period}.${place.part}`;
}

export function parsePlace(text: string): Place {
  const [, period, part] = PLACE.exec(text) ?? [];
  if (period === undefined || part === undefined)
    throw new Failure('record-damaged', `"${text}" is not a place in a mailbox`);
  return { period: Number(period), part: Number(part) };
}
