// What is said of a key wherever it is explained: on the terminal, on the reference page, in the example file.
import type { MapEntry, SettingEntry } from './entry.js';
import { yamlText } from './yaml-source.js';

export function defaultText(entry: SettingEntry | MapEntry): string | undefined {
  return entry.default === null ? undefined : yamlText(entry.default);
}

export function changeText(entry: SettingEntry | MapEntry): string {
  return entry.live ? 'on reload' : 'at the next start';
}
