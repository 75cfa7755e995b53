// The key that a misspelt or misplaced one was meant to be.
import { nearestName } from '../base/nearest-name.js';
import { settingsOf, type Entry, type SectionEntry } from './entry.js';
import { keyText, type KeyPath } from './key-path.js';

export function nearestKey(definition: SectionEntry, path: KeyPath): string | undefined {
  const key = respelt(definition, path) ?? sameNameElsewhere(definition, path);
  return key === undefined ? undefined : keyText(key);
}

/** Each step as it is, or as the nearest known one in its place. */
function respelt(definition: SectionEntry, path: KeyPath): KeyPath | undefined {
  const steps: string[] = [];
  let entry: Entry | undefined = definition;
  for (const step of path) {
    if (entry === undefined || entry.node === 'setting') return undefined;
    const known: string | undefined = entry.node === 'map' ? step : nearestName(step, entry.children.keys());
    if (known === undefined) return undefined;
    steps.push(known);
    entry = entry.node === 'map' ? entry.value : entry.children.get(known);
  }
  return steps;
}

/** Right name, wrong section. */
function sameNameElsewhere(definition: SectionEntry, path: KeyPath): KeyPath | undefined {
  const name = path.at(-1)?.toLowerCase();
  const found = [...settingsOf(definition)].find((setting) => setting.path.at(-1)?.toLowerCase() === name);
  return found?.path;
}
