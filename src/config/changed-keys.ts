// What differs between two configurations, and what of it takes effect without a restart.
import { isDeepStrictEqual } from 'node:util';
import { configSection, type Config } from './definition.js';
import { settingsOf } from './entry.js';
import { keyText, type KeyPath } from './key-path.js';

export interface ChangedKeys {
  /** Take effect at once. */
  readonly live: readonly string[];
  /** Wait for the next start. */
  readonly atRestart: readonly string[];
}

export interface LiveChange {
  readonly changed: ChangedKeys;
  /** As it runs from now on: the old one with every change that needs no restart. */
  readonly config: Config;
}

export function liveChange(before: Config, after: Config): LiveChange {
  const live: string[] = [];
  const atRestart: string[] = [];
  const config = structuredClone(before);
  for (const { path, entry } of settingsOf(configSection)) {
    const value = valueAt(after, path);
    if (isDeepStrictEqual(value, valueAt(before, path))) continue;
    (entry.live ? live : atRestart).push(keyText(path));
    if (entry.live) setValueAt(config, path, value);
  }
  return { changed: { live, atRestart }, config };
}

function valueAt(tree: object, path: KeyPath): unknown {
  let value: unknown = tree;
  for (const step of path) value = (value as Record<string, unknown>)[step]; // the definition says that it is there
  return value;
}

function setValueAt(tree: object, path: KeyPath, value: unknown): void {
  const parent = valueAt(tree, path.slice(0, -1)) as Record<string, unknown>; // likewise
  const last = path.at(-1);
  if (last !== undefined) parent[last] = value;
}
