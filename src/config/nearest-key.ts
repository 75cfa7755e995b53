// The key that a misspelt or misplaced one was meant to be.
import { nearestName } from '../base/nearest-name.js';
import { keyText } from './problem.js';
import { entryAt, settingsOf, type SectionEntry } from './schema.js';
import type { KeyPath } from './source-tree.js';

export function nearestKey(definition: SectionEntry, path: KeyPath): string | undefined {
  const name = path.at(-1) ?? '';
  const parentPath = path.slice(0, -1);
  const parent = entryAt(definition, parentPath);
  const sibling = parent?.node === 'section' ? nearestName(name, parent.children.keys()) : undefined;
  if (sibling !== undefined) return keyText([...parentPath, sibling]);
  const keys = [...settingsOf(definition)].map((setting) => setting.path);
  const sameName = keys.find((key) => key.at(-1)?.toLowerCase() === name.toLowerCase());
  if (sameName !== undefined) return keyText(sameName);
  return nearestName(keyText(path), keys.map(keyText));
}
