// What is known of every key apart from how it is checked: the side of the definition that pages, messages and
// defaults are made from.
import type { KeyPath } from './key-path.js';
import type { Plain } from './source-tree.js';

/** One key with a value. */
export interface SettingEntry {
  readonly node: 'setting';
  readonly summary: string;
  /** Takes effect on reload; otherwise at the next start. */
  readonly live: boolean;
  /** As it would stand in the file. Null: none, the key is optional. */
  readonly default: Plain;
  readonly allowed: string;
  readonly isPath: boolean;
  readonly isSecret: boolean;
}

/** A key whose value is a mapping of known keys. */
export interface SectionEntry {
  readonly node: 'section';
  readonly summary: string;
  readonly children: ReadonlyMap<string, Entry>;
}

/** A key whose value is a mapping with keys of the operator's own. */
export interface MapEntry {
  readonly node: 'map';
  readonly summary: string;
  readonly live: boolean;
  readonly default: Plain;
  readonly allowed: string;
  /** Stands for the operator's key in pages: `DOMAIN`. */
  readonly keyName: string;
  readonly value: Entry;
}

export type Entry = SettingEntry | SectionEntry | MapEntry;

export interface KeyedEntry {
  readonly path: KeyPath;
  readonly entry: Entry;
}

/** A key with a value of its own. */
export interface DescribedKey extends KeyedEntry {
  readonly entry: SettingEntry | MapEntry;
}

/** Every key with a value of its own, in the order of the definition. */
export function* settingsOf(parent: SectionEntry, path: KeyPath = []): Iterable<DescribedKey> {
  for (const [name, entry] of parent.children) {
    const here = [...path, name];
    if (entry.node === 'section') yield* settingsOf(entry, here);
    else yield { path: here, entry };
  }
}

/** What is defined at the path: a key of the definition, or one of an operator's own in a map. */
export function entryAt(root: SectionEntry, path: KeyPath): Entry | undefined {
  let entry: Entry | undefined = root;
  for (const step of path) {
    if (entry === undefined || entry.node === 'setting') return undefined;
    entry = entry.node === 'map' ? entry.value : entry.children.get(step);
  }
  return entry;
}

/** As `settingsOf`, and also what may be said of each of an operator's own keys: `relay.destinations.DOMAIN.connections`. */
export function* describedKeys(parent: SectionEntry, path: KeyPath = []): Iterable<DescribedKey> {
  for (const keyed of settingsOf(parent, path)) {
    yield keyed;
    if (keyed.entry.node !== 'map' || keyed.entry.value.node !== 'section') continue;
    yield* describedKeys(keyed.entry.value, [...keyed.path, keyed.entry.keyName]);
  }
}
