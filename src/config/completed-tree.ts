// A source tree with everything in it that the definition adds: the defaults of what was left out, full paths in
// place of relative ones, and the secrets that stand in files of their own.
import { resolve } from 'node:path';
import { visibleText } from '../base/visible-text.js';
import { readTextFile } from './config-file.js';
import { settingsOf, type Entry, type SectionEntry } from './entry.js';
import { keyText, type KeyPath } from './key-path.js';
import { DEFAULT_PLACE, type Place } from './place.js';
import type { Problem } from './problem.js';

import {
  isNothing,
  mapping,
  nodeAt,
  treeOf,
  withValueAt,
  type MappingNode,
  type SourceNode,
} from './source-tree.js';

export function withDefaults(entry: Entry, node: SourceNode | undefined): SourceNode {
  if (entry.node === 'setting') return node ?? treeOf(entry.default, DEFAULT_PLACE);
  const given = node === undefined || isNothing(node) ? mapping(DEFAULT_PLACE) : node;
  if (given.shape !== 'mapping') return given;
  const entries = new Map(given.entries);
  for (const [key, child] of childrenOf(entry, given)) {
    const before = entries.get(key);
    entries.set(key, {
      keyPlace: before?.keyPlace ?? DEFAULT_PLACE,
      value: withDefaults(child, before?.value),
    });
  }
  return mapping(given.place, entries);
}

function childrenOf(
  entry: Exclude<Entry, { node: 'setting' }>,
  given: MappingNode,
): Iterable<readonly [string, Entry]> {
  if (entry.node === 'section') return entry.children;
  return [...given.entries.keys()].map((key) => [key, entry.value] as const);
}

export interface Folders {
  /** Of the configuration file; the current one where there is none. */
  readonly file: string;
  readonly current: string;
}

/** A path is relative to the file it stands in; one from the command line or environment to the current folder. */
export function withFullPaths(section: SectionEntry, root: SourceNode, folders: Folders): SourceNode {
  let tree = root;
  for (const { path, entry } of settingsOf(section)) {
    const node = entry.node === 'setting' && entry.isPath ? nodeAt(tree, path) : undefined;
    const text = textIn(node);
    if (node === undefined || text === undefined) continue;
    const isTyped = node.place.kind === 'flag' || node.place.kind === 'variable';
    const value = resolve(isTyped ? folders.current : folders.file, text);
    tree = withValueAt(tree, path, { shape: 'scalar', place: node.place, value });
  }
  return tree;
}

/** For each secret that may stand in a file of its own: `password` from `passwordFile`. */
export function withSecrets(section: SectionEntry, root: SourceNode, problems: Problem[]): SourceNode {
  let tree = root;
  for (const { path, entry } of settingsOf(section)) {
    if (entry.node !== 'setting' || !entry.isSecret) continue;
    const filePath = secretFilePath(path);
    const node = nodeAt(tree, filePath);
    const file = textIn(node);
    if (node === undefined || file === undefined) continue;
    const secret = firstLineOf(file);
    const key = keyText(filePath);
    if (!isNothing(nodeAt(tree, path))) {
      problems.push({
        place: node.place,
        key,
        says: `given together with ${keyText(path)}; allowed: one of them`,
      });
    } else if (typeof secret === 'string') {
      const place: Place = { kind: 'secret-file', file };
      tree = withValueAt(tree, path, { shape: 'scalar', place, value: secret });
    } else {
      problems.push({ place: node.place, key, says: `${visibleText(file)} ${secret.refusal}` });
    }
  }
  return tree;
}

function secretFilePath(path: KeyPath): KeyPath {
  return [...path.slice(0, -1), `${path.at(-1) ?? ''}File`];
}

function firstLineOf(file: string): string | { readonly refusal: string } {
  const read = readTextFile(file);
  if ('refusal' in read) return read;
  const [line = ''] = read.text.split(/\r?\n/, 1);
  return line === '' ? { refusal: 'has an empty first line; allowed: the secret' } : line;
}

function textIn(node: SourceNode | undefined): string | undefined {
  return node?.shape === 'scalar' && typeof node.value === 'string' && node.value !== ''
    ? node.value
    : undefined;
}
