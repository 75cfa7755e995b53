// `config explain`: what a key does, what it may be, and how it is set, as plain text.
import { Failure } from '../base/failure.js';
import { configSection } from './definition.js';
import {
  describedKeys,
  entryAt,
  type Entry,
  type KeyedEntry,
  type MapEntry,
  type SettingEntry,
} from './entry.js';
import { changeText, defaultText } from './entry-text.js';
import { keyText, parseKey, type KeyPath } from './key-path.js';
import { nearestKey } from './nearest-key.js';
import type { Plain } from './source-tree.js';

/** As long as the longest key. */
const KEY_COLUMN = 48;

/** Fails with *config-invalid* where there is no such key. */
export function findKey(text: string): KeyedEntry {
  const { path, rest } = parseKey(text);
  const entry = path.length > 0 && rest === '' ? entryAt(configSection, path) : undefined;
  if (entry !== undefined) return { path, entry };
  const nearest = path.length > 0 ? nearestKey(configSection, path) : undefined;
  const hint =
    nearest === undefined ? '`cassmail config explain` lists all keys' : `did you mean ${nearest}?`;
  throw new Failure('config-invalid', `there is no key ${keyText(path.length > 0 ? path : [text])}; ${hint}`);
}

export function explainedKey({ path, entry }: KeyedEntry): string {
  if (entry.node === 'section') return explainedSection(path, entry.summary);
  const facts = [
    ['allowed', entry.allowed],
    ['default', defaultText(entry) ?? 'none'],
    ['a change takes effect', changeText(entry)],
    ['on the command line', `--set '${keyText(path)}=…'`],
    ['in the environment', `CASSMAIL_SET_${path.join('__')}=…`],
  ];
  const lines = facts.map(([name = '', fact = '']) => `  ${`${name}:`.padEnd(23)}${fact}`);
  return [keyText(path), `  ${entry.summary}`, '', ...lines, ...underMap(path, entry)].join('\n');
}

/** Every key, in the order of the file, under the name of its section. */
export function allKeys(): string {
  const lines = [...configSection.children].flatMap(([name, entry]) =>
    entry.node === 'section' ? ['', explainedSection([name], entry.summary)] : [keyLine([name], entry)],
  );
  return [...lines, '', 'More about one of them: cassmail config explain KEY'].join('\n');
}

export function keyAsData({ path, entry }: KeyedEntry): Plain {
  const key = keyText(path);
  if (entry.node === 'section') {
    const keys = [...describedKeys(entry, path)].map((described) => keyText(described.path));
    return { key, summary: entry.summary, keys };
  }
  const { summary, allowed, live } = entry;
  return { key, summary, allowed, default: entry.default, takesEffect: live ? 'reload' : 'restart' };
}

export function allKeysAsData(): Plain {
  return [...describedKeys(configSection)].map(keyAsData);
}

function explainedSection(path: KeyPath, summary: string): string {
  const section = entryAt(configSection, path);
  const keys = section?.node === 'section' ? [...describedKeys(section, path)] : [];
  return [`${keyText(path)}: ${summary}`, ...keys.map((keyed) => keyLine(keyed.path, keyed.entry))].join(
    '\n',
  );
}

function underMap(path: KeyPath, entry: SettingEntry | MapEntry): readonly string[] {
  if (entry.node !== 'map' || entry.value.node !== 'section') return [];
  const keys = [...describedKeys(entry.value, [...path, entry.keyName])];
  return ['', 'For each key of your own:', ...keys.map((keyed) => keyLine(keyed.path, keyed.entry))];
}

/** One line: the first sentence is enough to find the right key. */
function keyLine(path: KeyPath, entry: Entry): string {
  const [firstSentence = ''] = entry.summary.split(/(?<=\.) /);
  return `  ${keyText(path).padEnd(KEY_COLUMN)} ${firstSentence}`;
}
