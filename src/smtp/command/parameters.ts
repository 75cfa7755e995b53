// ESMTP parameters (RFC 5321 section 4.1.2): `KEYWORD` or `KEYWORD=value`, each at most once, checked against the list
// of what the command takes.
import type { Reply } from '../reply/reply.js';

/** Gives what is wrong with a value; undefined when nothing is. A bare keyword has the value ''. */
export type ParameterCheck = (value: string) => Reply | undefined;

export type ParameterChecks = ReadonlyMap<string, ParameterCheck>;

export type ParsedParameters =
  | { readonly kind: 'parsed'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'refused'; readonly reply: Reply };

const WORD = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^\s=\p{Cc}][^\p{Cc}]*))?$/u;

export function parseParameters(words: readonly string[], checks: ParameterChecks): ParsedParameters {
  const values: Record<string, string> = {};
  for (const word of words) {
    const [, name = '', value = ''] = WORD.exec(word) ?? [];
    const keyword = name.toUpperCase();
    const refusal = keyword in values ? repeated(keyword) : refusalOf(word, keyword, value, checks);
    if (refusal !== undefined) return { kind: 'refused', reply: refusal };
    values[keyword] = value;
  }
  return { kind: 'parsed', values };
}

function refusalOf(word: string, keyword: string, value: string, checks: ParameterChecks): Reply | undefined {
  if (keyword === '') return malformed(`Syntax error in the parameter ${word.slice(0, 40)}`);
  const check = checks.get(keyword);
  // RFC 5321 section 4.1.1.11
  if (check === undefined) return { code: 555, status: '5.5.4', text: `Unsupported parameter ${keyword}` };
  return check(value);
}

function repeated(keyword: string): Reply {
  return malformed(`${keyword} may be given once only`);
}

export function malformed(text: string): Reply {
  return { code: 501, status: '5.5.4', text };
}
