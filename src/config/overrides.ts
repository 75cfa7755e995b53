// Values given outside the file: `--set key.sub=value` and the variable `CASSMAIL_SET_key__sub=value`. The value is
// read as YAML, so lists and mappings can be given too. One stands for what the file says at that key, whole.
import type { Environment } from '../base/surroundings.js';
import { parseKey, type KeyPath } from './key-path.js';
import type { Place } from './place.js';
import type { Problem } from './problem.js';
import { withValueAt, type SourceNode } from './source-tree.js';
import { parseYaml } from './yaml-source.js';

interface Override {
  readonly place: Place;
  readonly path: KeyPath;
  readonly text: string;
}

const VARIABLE_PREFIX = 'CASSMAIL_SET_';

/** The tree with all overrides in it; a flag goes before a variable, a later flag before an earlier one. */
export function overridden(
  root: SourceNode,
  sources: { readonly flags: readonly string[]; readonly environment: Environment },
  problems: Problem[],
): SourceNode {
  const overrides = [
    ...fromEnvironment(sources.environment, problems),
    ...fromFlags(sources.flags, problems),
  ];
  let tree = root;
  for (const { place, path, text } of overrides) {
    const parsed = parseYaml(text, () => place);
    problems.push(...parsed.problems);
    const value = parsed.tree ?? { shape: 'scalar', place, value: null };
    if (parsed.problems.length === 0) tree = withValueAt(tree, path, value);
  }
  return tree;
}

function* fromEnvironment(environment: Environment, problems: Problem[]): Iterable<Override> {
  for (const name of Object.keys(environment).toSorted()) {
    const text = environment[name];
    if (!name.startsWith(VARIABLE_PREFIX) || text === undefined) continue;
    const place: Place = { kind: 'variable', name };
    const path = name.slice(VARIABLE_PREFIX.length).split('__');
    if (path.includes('')) {
      problems.push({
        place,
        says: `names no key; allowed: ${VARIABLE_PREFIX}key or ${VARIABLE_PREFIX}key__sub`,
      });
    } else {
      yield { place, path, text };
    }
  }
}

function* fromFlags(flags: readonly string[], problems: Problem[]): Iterable<Override> {
  for (const flag of flags) {
    const { path, rest } = parseKey(flag);
    if (path.length > 0 && rest.startsWith('=')) {
      const key = flag.slice(0, flag.length - rest.length);
      yield { place: { kind: 'flag', key }, path, text: rest.slice(1) };
    } else {
      const place: Place = { kind: 'flag', key: flag };
      problems.push({ place, says: 'is not key=value, for example --set relay.retry.first=1m' });
    }
  }
}
