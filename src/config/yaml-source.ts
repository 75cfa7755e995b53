// YAML text into a source tree that knows its places. Everything YAML has beyond plain data (several documents, tags,
// keys that are no text, a key given twice, endless nesting) is a problem, and what aliases can unfold to is bounded.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  stringify,
  type Alias,
  type ParsedNode,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { visibleText } from '../base/visible-text.js';
import { keyText, type KeyPath } from './key-path.js';
import { placeText, type Place } from './place.js';
import type { Problem } from './problem.js';
import { mapping, type MappingEntry, type SourceNode } from './source-tree.js';

export interface ParsedSource {
  /** Absent where there is nothing: an empty file. */
  readonly tree?: SourceNode;
  readonly problems: readonly Problem[];
}

/** Turns a position (from 1) in the text into a place. */
export type Placer = (line: number, column: number) => Place;

/** A configuration has some hundred values; a thousand routes are many. */
const MAXIMUM_NODES = 50_000;
const MAXIMUM_DEPTH = 20;

export function parseYaml(text: string, placeAt: Placer): ParsedSource {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return placeAt(Math.max(1, line), Math.max(1, col));
  };
  // Keys given twice are found below, where it can be said where the first one stands.
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const broken = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (broken.length > 0) return { problems: firstOfEachLine(broken, place) };
  const [document, second] = documents;
  if (second !== undefined) {
    return { problems: [{ place: place(second.range[0]), says: 'found a second document; allowed: one' }] };
  }
  if (document === undefined || document.contents === null) return { problems: [] };
  const reader = new TreeReader(place);
  const tree = reader.read(document.contents, []);
  return { tree, problems: reader.problems };
}

/** A value on one line that reads back as the same value. */
export function yamlText(plain: unknown): string {
  return stringify(plain, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
}

class TreeReader {
  readonly problems: Problem[] = [];
  readonly #place: (offset: number) => Place;
  readonly #anchors = new Map<string, ParsedNode>();
  #nodes = 0;

  constructor(place: (offset: number) => Place) {
    this.#place = place;
  }

  read(node: ParsedNode, path: KeyPath): SourceNode {
    const place = this.#place(node.range[0]);
    this.#nodes += 1;
    if (this.#nodes > MAXIMUM_NODES) return this.#refuse(place, path, `more than ${MAXIMUM_NODES} values`);
    if (path.length > MAXIMUM_DEPTH) return this.#refuse(place, path.slice(0, 1), 'values nested too deeply');
    if (isAlias(node)) return this.#readAlias(node, path, place);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#readMapping(node, path, place);
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.read(item, [...path, String(index)]));
      return { shape: 'list', place, items };
    }
    return this.#readScalar(node, path, place);
  }

  #readScalar(node: Scalar.Parsed, path: KeyPath, place: Place): SourceNode {
    const { value } = node;
    if (
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      value === null
    ) {
      return { shape: 'scalar', place, value };
    }
    return this.#refuse(place, path, 'a value that is neither text, number, true, false nor null');
  }

  #readAlias(alias: Alias.Parsed, path: KeyPath, place: Place): SourceNode {
    const target = this.#anchors.get(alias.source);
    if (target !== undefined) return this.read(target, path);
    return this.#refuse(
      place,
      path,
      `*${visibleText(alias.source, 30)}, which no &${visibleText(alias.source, 30)} before it explains`,
    );
  }

  #readMapping(node: YAMLMap.Parsed, path: KeyPath, place: Place): SourceNode {
    const entries = new Map<string, MappingEntry>();
    for (const pair of node.items) {
      const keyPlace = this.#place(pair.key.range[0]);
      const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
      if (key === undefined || key === '__proto__') {
        this.#refuse(keyPlace, path, 'a key that is not plain text');
        continue;
      }
      const before = entries.get(key);
      if (before !== undefined) {
        this.problems.push({
          place: keyPlace,
          key: keyText([...path, key]),
          says: `given twice; first at ${placeText(before.keyPlace)}`,
        });
        continue;
      }
      const value: SourceNode =
        pair.value === null
          ? { shape: 'scalar', place: keyPlace, value: null }
          : this.read(pair.value, [...path, key]);
      entries.set(key, { keyPlace, value });
    }
    return mapping(place, entries);
  }

  /** Says so once for each key and goes on with nothing in its place. */
  #refuse(place: Place, path: KeyPath, found: string): SourceNode {
    const key = path.length === 0 ? {} : { key: keyText(path) };
    if (this.#nodes <= MAXIMUM_NODES + 1) this.problems.push({ place, ...key, says: `found ${found}` });
    return { shape: 'scalar', place, value: null };
  }
}

/** What follows the first error in a line is mostly its echo. */
function firstOfEachLine(errors: readonly YAMLError[], place: (offset: number) => Place): Problem[] {
  const byLine = new Map<string, Problem>();
  for (const error of errors) {
    const where = place(error.pos[0]);
    const line = where.kind === 'file' ? String(where.line) : '';
    if (!byLine.has(line)) byLine.set(line, { place: where, says: syntaxText(error) });
  }
  return [...byLine.values()];
}

/** What YAML's grammar calls things is not what people see. */
const SYNTAX_TEXTS: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'found a tab; allowed: spaces for indentation',
  BLOCK_AS_IMPLICIT_KEY:
    'not YAML: a second "key:" within a value; indent it as its neighbours, or put the value in quotes',
  MULTILINE_IMPLICIT_KEY:
    'not YAML: a key without ":" after it, or a value that goes on in the next line by mistake',
  UNEXPECTED_TOKEN:
    'not YAML: this does not belong here; text that has [ ] { } , # or ": " in it goes in quotes',
  RESOURCE_EXHAUSTION: 'found values nested too deeply',
};

function syntaxText({ code, message }: YAMLError): string {
  return SYNTAX_TEXTS[code] ?? `not YAML: ${visibleText(message)}`;
}
