// What the configuration's sources say, before anything is checked: YAML's three shapes, each node with its place.
// Trees are never changed; an override or a default makes a new one.
import type { KeyPath } from './key-path.js';
import type { Place } from './place.js';

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

export interface ScalarNode {
  readonly shape: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
}

export interface ListNode {
  readonly shape: 'list';
  readonly place: Place;
  readonly items: readonly SourceNode[];
}

export interface MappingNode {
  readonly shape: 'mapping';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, MappingEntry>;
}

export interface MappingEntry {
  readonly keyPlace: Place;
  readonly value: SourceNode;
}

export type SourceNode = ScalarNode | ListNode | MappingNode;

export function mapping(place: Place, entries: Iterable<readonly [string, MappingEntry]> = []): MappingNode {
  return { shape: 'mapping', place, entries: new Map(entries) };
}

/** A tree of plain data that all comes from one place. */
export function treeOf(plain: Plain, place: Place): SourceNode {
  if (plain === null || typeof plain !== 'object') return { shape: 'scalar', place, value: plain };
  if (isList(plain)) return { shape: 'list', place, items: plain.map((item) => treeOf(item, place)) };
  const entries = Object.entries(plain).map(
    ([key, value]) => [key, { keyPlace: place, value: treeOf(value, place) }] as const,
  );
  return mapping(place, entries);
}

export function plainOf(node: SourceNode): Plain {
  if (node.shape === 'scalar') return node.value;
  if (node.shape === 'list') return node.items.map(plainOf);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainOf(value)]));
}

export function isList(plain: Plain): plain is readonly Plain[] {
  return Array.isArray(plain);
}

/** Absent, or `key:` with all below it commented out. */
export function isNothing(node: SourceNode | undefined): boolean {
  return node === undefined || (node.shape === 'scalar' && node.value === null);
}

export function nodeAt(root: SourceNode, path: KeyPath): SourceNode | undefined {
  let node: SourceNode | undefined = root;
  for (const step of path) node = node === undefined ? undefined : childOf(node, step);
  return node;
}

function childOf(node: SourceNode, step: string): SourceNode | undefined {
  if (node.shape === 'scalar') return undefined;
  return node.shape === 'list' ? node.items[Number(step)] : node.entries.get(step)?.value;
}

/** Where to point when the key at the end of the path is wrong: at the key, else at what should hold it. */
export function keyPlaceAt(root: SourceNode, path: KeyPath): Place {
  const parent = nodeAt(root, path.slice(0, -1)) ?? root;
  const entry = parent.shape === 'mapping' ? parent.entries.get(path.at(-1) ?? '') : undefined;
  return entry?.keyPlace ?? parent.place;
}

/** The tree with `value` at the path, in the place of what was there; mappings on the way are made where missing. */
export function withValueAt(root: SourceNode, path: KeyPath, value: SourceNode): SourceNode {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const entries = new Map(root.shape === 'mapping' ? root.entries : []);
  const before = entries.get(key)?.value ?? mapping(value.place);
  entries.set(key, { keyPlace: value.place, value: withValueAt(before, rest, value) });
  return mapping(root.shape === 'mapping' ? root.place : value.place, entries);
}
