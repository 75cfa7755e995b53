// A key as an operator types it: steps with dots between; a step that has dots itself stands in quotes, as in
// `relay.routes."example.org"`.
import { visibleText } from '../base/visible-text.js';

export type KeyPath = readonly string[];

const SHOWN_CHARACTERS = 60;

export function keyText(path: KeyPath): string {
  return path
    .map((step) => (/^[\w-]+$/.test(step) ? step : `"${visibleText(step, SHOWN_CHARACTERS)}"`))
    .join('.');
}

/** The key at the beginning of the text, and what follows it; no steps where there is no key. */
export function parseKey(text: string): { readonly path: KeyPath; readonly rest: string } {
  const path: string[] = [];
  let rest = text;
  for (;;) {
    const [whole, quoted, plain] = /^(?:"([^"]+)"|([^".=]+))/.exec(rest) ?? [];
    const step = quoted ?? plain;
    if (whole === undefined || step === undefined) return { path: [], rest };
    path.push(step);
    rest = rest.slice(whole.length);
    if (!rest.startsWith('.')) return { path, rest };
    rest = rest.slice(1);
  }
}
