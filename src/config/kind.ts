// One kind of value: how it is written in the configuration, what it means to the program, and in words what is
// allowed. Kinds know nothing of keys, files or defaults.
import type { Plain } from './source-tree.js';

export interface Kind<Value> {
  /** Completes the sentence "allowed: …". */
  readonly allowed: string;
  /** Undefined where the value is not of this kind. */
  decode(plain: Plain): Value | undefined;
  /** A file or folder, relative to where it was written. */
  readonly isPath?: boolean;
  /** Never shown. */
  readonly isSecret?: boolean;
}

export const truth: Kind<boolean> = {
  allowed: 'true or false',
  decode: (plain) => (typeof plain === 'boolean' ? plain : undefined),
};

export function choice<const Name extends string>(names: readonly Name[]): Kind<Name> {
  return {
    allowed: `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`,
    decode: (plain) => names.find((name) => name === plain),
  };
}

/** This kind, or one word with a meaning of its own: `auto`, `unlimited`. */
export function orWord<Value, const Meaning extends string | number>(
  kind: Kind<Value>,
  word: string,
  meaning: Meaning,
): Kind<Value | Meaning> {
  return {
    ...kind,
    allowed: `${kind.allowed}, or ${word}`,
    decode: (plain) => (plain === word ? meaning : kind.decode(plain)),
  };
}

export function textMatching(allowed: string, pattern: RegExp): Kind<string> {
  return {
    allowed,
    decode: (plain) => (typeof plain === 'string' && pattern.test(plain) ? plain : undefined),
  };
}

export const path: Kind<string> = {
  ...textMatching('the path of a file or folder', /^[^\0]{1,4096}$/),
  isPath: true,
};

export const secret: Kind<string> = {
  ...textMatching('text on one line (a number goes in quotes)', /^[^\0\r\n]{1,1024}$/),
  isSecret: true,
};
