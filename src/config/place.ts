// Where a value of the configuration was given, so that an error can point at it and `config print` can name it.
import { visibleText } from '../base/visible-text.js';

export type Place =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'whole-file'; readonly file: string }
  | { readonly kind: 'flag'; readonly key: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'secret-file'; readonly file: string };

export const DEFAULT_PLACE: Place = { kind: 'default' };

/** `cassmail.yaml:3:7`, as compilers and editors write it. */
export function placeText(place: Place): string {
  if (place.kind === 'file') return `${visibleText(place.file)}:${place.line}:${place.column}`;
  if (place.kind === 'whole-file') return visibleText(place.file);
  if (place.kind === 'flag') return `--set ${visibleText(place.key, 60)}`;
  if (place.kind === 'variable') return place.name;
  if (place.kind === 'secret-file') return `secret file ${visibleText(place.file)}`;
  return 'default';
}
