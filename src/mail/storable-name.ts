// What all names that we store have in common.
import { Failure } from '../base/failure.js';

/** Control characters, and those that only change how their neighbours are shown. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The name in composed form (NFC), or a Failure that says what is wrong with it. */
export function storableName(what: 'login' | 'mailbox', text: string, maximumOctets: number): string {
  const name = text.normalize('NFC');
  const shown = `${what} "${Array.from(name).slice(0, 40).join('').replace(new RegExp(UNSEEN, 'gu'), '\u{fffd}')}"`;
  const octets = Buffer.byteLength(name);
  if (octets === 0) throw new Failure('name-invalid', `a ${what} name may not be empty`);
  if (octets > maximumOctets) {
    throw new Failure('name-invalid', `${shown}… has ${octets} octets; at most ${maximumOctets} are allowed`);
  }
  if (UNSEEN.test(name)) throw new Failure('name-invalid', `${shown} has a control or invisible character`);
  if (name.includes('|'))
    throw new Failure('name-invalid', `${shown} has a "|", which separates user and mailbox`);
  if (name.trim() !== name) throw new Failure('name-invalid', `${shown} begins or ends with white space`);
  return name;
}
