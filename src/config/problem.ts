// One thing that is wrong with the configuration, said so that its reader can put it right without looking anything
// up: where, which key, what was found, what is allowed. All problems are found before any is reported.
import { Failure } from '../base/failure.js';
import { visibleText } from '../base/visible-text.js';
import { placeText, type Place } from './place.js';
import type { SourceNode } from './source-tree.js';

export interface Problem {
  readonly place: Place;
  /** Absent where the file could not be understood at all. */
  readonly key?: string;
  readonly says: string;
}

/** More than this help nobody. */
const SHOWN_PROBLEMS = 50;
const SHOWN_CHARACTERS = 60;

/** `cassmail.yaml:7:12: relay.retry.first: found "soon"; allowed: a time such as …` */
export function problemText({ place, key, says }: Problem): string {
  const isKeyNamed = key !== undefined && !(place.kind === 'flag' && place.key === key);
  return `${placeText(place)}: ${isKeyNamed ? `${key}: ` : ''}${says}`;
}

export function failureOfProblems(problems: readonly Problem[]): Failure {
  const [first, ...more] = problems.slice(0, SHOWN_PROBLEMS).map(problemText);
  const unseen = problems.length - SHOWN_PROBLEMS;
  const lines = unseen > 0 ? [...more, `and ${unseen} more`] : more;
  const detail = lines.length === 0 ? first : [`${problems.length} errors`, first, ...lines].join('\n  ');
  return new Failure('config-invalid', detail ?? 'no problem was given');
}

/** Long text is cut. */
export function quotedText(text: string): string {
  return `"${visibleText(text, SHOWN_CHARACTERS)}"`;
}

/** What stands in the file, in words; long text is cut. */
export function foundText(node: SourceNode): string {
  if (node.shape === 'list') return node.items.length === 0 ? 'an empty list' : 'a list';
  if (node.shape === 'mapping') return node.entries.size === 0 ? 'an empty mapping' : 'a mapping';
  return scalarText(node.value);
}

function scalarText(value: string | number | boolean | null): string {
  if (value === null) return 'nothing';
  if (typeof value !== 'string') return `${typeof value === 'number' ? 'the number ' : ''}${value}`;
  return quotedText(value);
}
