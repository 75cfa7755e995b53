// How a line of the header begins (RFC 5322 section 2.2): with the name of a field, or with white space where it goes on
// with the line before. Anything else ends the header: the empty line, or text that somebody sent without one.
import { CR, LF } from './bare-newline.js';

export type LineStart =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'continuation' | 'empty' | 'text' }
  /** Not enough of the line is there yet. */
  | { readonly kind: 'undecided' };

/** A line of the header has no more octets (RFC 5322 section 2.1.1), so neither has a name. */
const LONGEST_NAME = 998;
const TAB = 0x09;
const SPACE = 0x20;
const COLON = 0x3a;
const LAST_OF_NAME = 0x7e;

/** `name` in lower case. */
export function lineStartAt(bytes: Buffer, at: number): LineStart {
  const first = bytes[at];
  if (first === CR || first === LF) return { kind: 'empty' };
  if (first === SPACE || first === TAB) return { kind: 'continuation' };
  const end = endOfName(bytes, at);
  const colon = afterWhiteSpace(bytes, end);
  if (colon === bytes.length && colon - at <= LONGEST_NAME) return { kind: 'undecided' };
  if (end === at || colon - at > LONGEST_NAME || bytes[colon] !== COLON) return { kind: 'text' };
  return { kind: 'field', name: bytes.toString('latin1', at, end).toLowerCase() };
}

function endOfName(bytes: Buffer, from: number): number {
  const limit = Math.min(bytes.length, from + LONGEST_NAME + 1);
  for (let at = from; at < limit; at += 1) {
    const octet = bytes[at] ?? 0;
    if (octet <= SPACE || octet === COLON || octet > LAST_OF_NAME) return at;
  }
  return limit;
}

/** RFC 5322 section 4.5: some still put it before the colon. */
function afterWhiteSpace(bytes: Buffer, from: number): number {
  const limit = Math.min(bytes.length, from + LONGEST_NAME + 1);
  let at = from;
  while (at < limit && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
  return at;
}
