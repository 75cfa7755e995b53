// YAML text into a source tree that knows its places. Everything YAML has beyond plain data (several documents, tags,
// keys that are no text, a key given twice, endless nesting) is a problem, and what aliases can unfold to is bounded.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseAllDocuments,
  stringify,
  type Alias,
  type ParsedNode,
  type Scalar,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
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
  const deep = firstTooDeep(text, placeAt);
  if (deep !== undefined) return { problems: [{ place: deep, says: 'found values nested too deeply' }] };
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
  const tree = reader.read(document.contents, { path: [], depth: 0 });
  return { tree, problems: reader.problems };
}

/**
 * The parser calls itself for each level, and a stack that overflows can take the process with it; the lexer does not
 * call itself. So levels opened within a line are counted first; by indentation alone a file cannot get deep enough.
 */
function firstTooDeep(text: string, placeAt: Placer): Place | undefined {
  let [line, column, brackets, dashes] = [1, 1, 0, 0];
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets += 1;
    else if (token === ']' || token === '}') brackets -= 1;
    else if (token === '-' || token === '?') dashes += 1;
    if (brackets + dashes > MAXIMUM_DEPTH) return placeAt(line, column);
    const lineEnds = token.split('\n').length - 1;
    line += lineEnds;
    column =
      lineEnds > 0 ? token.length - token.lastIndexOf('\n') : column + (isMark(token) ? 0 : token.length);
    dashes = lineEnds > 0 ? 0 : dashes;
  }
  return undefined;
}

/** A sign of the lexer's own, which stands for nothing in the text. */
function isMark(token: string): boolean {
  return token === '\u0002' || token === '\u0018' || token === '\u001f';
}

/** A value on one line that reads back as the same value. */
export function yamlText(plain: unknown): string {
  return stringify(plain, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
}

/** Where a node stands: under which key, and how deep. */
interface Position {
  readonly path: KeyPath;
  readonly depth: number;
}

class TreeReader {
  readonly problems: Problem[] = [];
  readonly #place: (offset: number) => Place;
  readonly #anchors = new Map<string, ParsedNode>();
  #nodes = 0;

  constructor(place: (offset: number) => Place) {
    this.#place = place;
  }

  read(node: ParsedNode, position: Position): SourceNode {
    this.#nodes += 1;
    if (this.#nodes > MAXIMUM_NODES) return this.#refuse(node, position, `more than ${MAXIMUM_NODES} values`);
    if (position.depth > MAXIMUM_DEPTH) return this.#refuse(node, position, 'values nested too deeply');
    if (isAlias(node)) return this.#readAlias(node, position);
    const tree = this.#readContent(node, { path: position.path, depth: position.depth + 1 });
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node); // now, so that it cannot hold itself
    return tree;
  }

  #readContent(node: Exclude<ParsedNode, Alias.Parsed>, position: Position): SourceNode {
    if (isMap(node)) return this.#readMapping(node, position);
    if (isSeq(node)) return this.#readList(node, position);
    return this.#readScalar(node, position);
  }

  #readScalar(node: Scalar.Parsed, position: Position): SourceNode {
    const { value } = node;
    const isPlain =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
    return isPlain
      ? { shape: 'scalar', place: this.#place(node.range[0]), value }
      : this.#refuse(node, position, 'a value that is neither text, number, true, false nor null');
  }

  #readAlias(alias: Alias.Parsed, position: Position): SourceNode {
    const target = this.#anchors.get(alias.source);
    if (target !== undefined) return this.read(target, position);
    const name = visibleText(alias.source, 30);
    return this.#refuse(alias, position, `*${name}, which no &${name} before it explains`);
  }

  #readList(list: YAMLSeq.Parsed, position: Position): SourceNode {
    const place = this.#place(list.range[0]);
    return { shape: 'list', place, items: list.items.map((item) => this.read(item, position)) };
  }

  #readMapping(map: YAMLMap.Parsed, { path, depth }: Position): SourceNode {
    const entries = new Map<string, MappingEntry>();
    for (const pair of map.items) {
      const keyPlace = this.#place(pair.key.range[0]);
      const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
      const before = entries.get(key ?? '');
      if (key === undefined || key === '__proto__') {
        this.#refuse(
          pair.key,
          { path, depth },
          'a key that is not plain text; text that has [ ] { } in it goes in quotes',
        );
      } else if (before !== undefined) {
        const says = `given twice; first at ${placeText(before.keyPlace)}`;
        this.problems.push({ place: keyPlace, key: keyText([...path, key]), says });
      } else {
        entries.set(key, { keyPlace, value: this.#readValue(pair, { path: [...path, key], depth }) });
      }
    }
    return mapping(this.#place(map.range[0]), entries);
  }

  #readValue(pair: YAMLMap.Parsed['items'][number], position: Position): SourceNode {
    if (pair.value !== null) return this.read(pair.value, position);
    return { shape: 'scalar', place: this.#place(pair.key.range[0]), value: null };
  }

  /** Says so and goes on with nothing in its place; says once that there is too much. */
  #refuse(node: ParsedNode, { path }: Position, found: string): SourceNode {
    const place = this.#place(node.range[0]);
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
