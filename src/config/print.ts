// The configuration in effect, as YAML that reads back as the same configuration, each value with its origin. Secrets
// are left out: what is printed gets into tickets.
import { configSection } from './definition.js';
import { settingsOf, type MapEntry, type SectionEntry, type SettingEntry } from './entry.js';
import { keyText } from './key-path.js';
import type { EffectiveConfig } from './load-config.js';
import { placeText, type Place } from './place.js';
import {
  isList,
  isNothing,
  nodeAt,
  plainOf,
  type MappingNode,
  type Plain,
  type SourceNode,
} from './source-tree.js';
import { yamlText } from './yaml-source.js';

const NOT_SHOWN = '(secret, not shown)';
/** Where the comments begin, unless a line is longer. */
const COMMENT_COLUMN = 48;

export function printedConfig({ file, tree }: EffectiveConfig): string {
  const title = `# ${file === undefined ? 'the defaults' : `${placeText({ kind: 'whole-file', file })}, over the defaults`}`;
  return [title, ...sectionLines(configSection, tree, '')].join('\n');
}

/** The same as data: every key with its value (null: not set, or a secret) and origin. */
export function configAsData({ file, tree }: EffectiveConfig): Plain {
  const keys = [...settingsOf(configSection)].map(({ path, entry }) => {
    const node = nodeAt(tree, path);
    const isShown = node !== undefined && !(entry.node === 'setting' && entry.isSecret);
    const origin = node === undefined || isNothing(node) ? 'not set' : placeText(node.place);
    return [keyText(path), { value: isShown ? plainOf(node) : null, origin }] as const;
  });
  return { file: file ?? null, keys: Object.fromEntries(keys) };
}

function* sectionLines(section: SectionEntry, node: SourceNode, indent: string): Iterable<string> {
  for (const [key, entry] of section.children) {
    const value = nodeAt(node, [key]);
    if (value === undefined) continue;
    if (entry.node === 'section') {
      yield `${indent}${key}:`;
      yield* sectionLines(entry, value, `${indent}  `);
    } else {
      yield* valueLines({ key, entry, value, indent });
    }
  }
}

interface PrintedValue {
  readonly key: string;
  readonly entry: SettingEntry | MapEntry;
  readonly value: SourceNode;
  readonly indent: string;
}

function* valueLines({ key, entry, value, indent }: PrintedValue): Iterable<string> {
  if (isNothing(value)) {
    yield `${indent}# ${key}: (not set)`;
  } else if (entry.node === 'setting' && entry.isSecret) {
    yield commented(`${indent}# ${key}: ${NOT_SHOWN}`, value.place);
  } else if (entry.node === 'map' && value.shape === 'mapping' && value.entries.size > 0) {
    yield `${indent}${key}:`;
    yield* mapLines(value, `${indent}  `);
  } else {
    yield commented(`${indent}${key}: ${yamlText(plainOf(value))}`, value.place);
  }
}

function* mapLines(map: MappingNode, indent: string): Iterable<string> {
  for (const [key, { value }] of map.entries) {
    yield commented(`${indent}${yamlText(key)}: ${yamlText(withoutNothing(plainOf(value)))}`, value.place);
  }
}

/** What a key of the map leaves out stands in the tree as null. */
function withoutNothing(plain: Plain): Plain {
  if (plain === null || typeof plain !== 'object' || isList(plain)) return plain;
  return Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== null));
}

function commented(line: string, place: Place): string {
  return `${line.padEnd(COMMENT_COLUMN)} # ${placeText(place)}`;
}
