// What all names that we store have in common.
import { Failure } from '../base/failure.js';

/** Control characters, and those that only change how their neighbours are shown. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const SHOWN_CHARACTERS = 40;

/** The name in composed form (NFC), or a Failure that says what is wrong with it. */
export function storableName(what: 'login' | 'mailbox', text: string, maximumOctets: number): string {
  const name = text.normalize('NFC');
  const octets = Buffer.byteLength(name);
  if (octets === 0) throw new Failure('name-invalid', `a ${what} name may not be empty`);
  if (octets > maximumOctets) {
    throw new Failure(
      'name-invalid',
      `${shown(what, name)}… has ${octets} octets; at most ${maximumOctets} are allowed`,
    );
  }
  if (UNSEEN.test(name))
    throw new Failure('name-invalid', `${shown(what, name)} has a control or invisible character`);
  if (name.includes('|'))
    throw new Failure('name-invalid', `${shown(what, name)} has a "|", which separates user and mailbox`);
  if (name.trim() !== name)
    throw new Failure('name-invalid', `${shown(what, name)} begins or ends with white space`);
  return name;
}

/** Quoted and cut, with nothing in it that a terminal would act on. */
function shown(what: string, name: string): string {
  const beginning = Array.from(name).slice(0, SHOWN_CHARACTERS).join('');
  return `${what} "${beginning.replace(new RegExp(UNSEEN, 'gu'), '\u{fffd}')}"`;
}
