// The configuration a node runs with: defaults, under the file, under the environment's variables, under --set. Every
// value keeps its origin. Either all of it is right or all that is wrong with it is said.
import { dirname, resolve } from 'node:path';
import type { Surroundings } from '../base/surroundings.js';
import { withDefaults, withFullPaths, withSecrets } from './completed-tree.js';
import { readTextFile } from './config-file.js';
import { contradictionsIn } from './contradictions.js';
import { configDefinition, configSection, type Config } from './definition.js';
import { overridden } from './overrides.js';
import { entryAt } from './entry.js';
import { keyText } from './key-path.js';
import { nearestKey } from './nearest-key.js';
import { DEFAULT_PLACE, placeText, type Place } from './place.js';
import { failureOfProblems, foundText, quotedText, type Problem } from './problem.js';
import { check, type Complaint } from './schema.js';
import { isNothing, keyPlaceAt, mapping, nodeAt, plainOf, type SourceNode } from './source-tree.js';
import { parseYaml } from './yaml-source.js';

export interface ConfigRequest extends Surroundings {
  /** `-c FILE`. */
  readonly file: string | undefined;
  /** `--set` values, in order. */
  readonly flags: readonly string[];
}

export interface EffectiveConfig {
  readonly config: Config;
  /** The file that was read, if any. */
  readonly file: string | undefined;
  /** Every value with its origin. */
  readonly tree: SourceNode;
}

export type ConfigResult =
  | ({ readonly isValid: true } & EffectiveConfig)
  | { readonly isValid: false; readonly file: string | undefined; readonly problems: readonly Problem[] };

const DEFAULT_FILE = 'cassmail.yaml';

/** Fails with *config-invalid*, all errors in its text. */
export function loadConfig(request: ConfigRequest): EffectiveConfig {
  const result = checkConfig(request);
  if (!result.isValid) throw failureOfProblems(result.problems);
  return result;
}

export function checkConfig(request: ConfigRequest): ConfigResult {
  const problems: Problem[] = [];
  const { file, tree: given } = fileTree(request, problems);
  const folders = {
    current: request.currentFolder,
    file: file === undefined ? request.currentFolder : dirname(resolve(request.currentFolder, file)),
  };
  if (given === undefined) return { isValid: false, file, problems };
  const sources = overridden(given, request, problems);
  const complete = withFullPaths(configSection, withDefaults(configSection, sources), folders);
  const tree = withSecrets(configSection, complete, problems);
  const checked = check(configDefinition, plainOf(tree));
  if (!checked.isValid) {
    problems.push(...checked.complaints.map((complaint) => problemOf(complaint, tree)));
  } else if (problems.length === 0) {
    // Only now: what is wrong by itself would contradict others without meaning to.
    problems.push(
      ...contradictionsIn(checked.value).map(({ key, says }) => ({
        place: placeOf(tree, key.split('.')),
        key,
        says,
      })),
    );
    if (problems.length === 0) return { isValid: true, config: checked.value, file, tree };
  }
  return { isValid: false, file, problems: inOrder(problems) };
}

/** What the file says, or why it says nothing. */
function fileTree(
  request: ConfigRequest,
  problems: Problem[],
): { readonly file: string | undefined; readonly tree: SourceNode | undefined } {
  const named = request.file ?? request.environment['CASSMAIL_CONFIG'];
  const file = named ?? DEFAULT_FILE;
  const nothing = mapping(DEFAULT_PLACE);
  const read = readTextFile(resolve(request.currentFolder, file));
  if ('refusal' in read) {
    if (read.isAbsent && named === undefined) return { file: undefined, tree: nothing };
    const { refusal, line } = read;
    problems.push({
      place: line === 0 ? { kind: 'whole-file', file } : { kind: 'file', file, line, column: 1 },
      says: refusal,
    });
    return { file, tree: undefined };
  }
  const parsed = parseYaml(read.text, (line, column) => ({ kind: 'file', file, line, column }));
  problems.push(...parsed.problems);
  if (parsed.tree === undefined) return { file, tree: parsed.problems.length === 0 ? nothing : undefined };
  if (parsed.tree.shape === 'mapping') return { file, tree: parsed.tree };
  const says = `found ${foundText(parsed.tree)}; allowed: keys with values, such as "hostname: mx.example.com"`;
  problems.push({ place: parsed.tree.place, says });
  return { file, tree: undefined };
}

function problemOf({ path, allowed, isAboutKey }: Complaint, tree: SourceNode): Problem {
  if (allowed === undefined) {
    return { place: keyPlaceAt(tree, path), key: keyText(path), says: unknownKeyText(path) };
  }
  if (isAboutKey === true) {
    const says = `found the key ${quotedText(path.at(-1) ?? '')}; allowed: ${allowed}`;
    return { place: keyPlaceAt(tree, path), key: keyText(path.slice(0, -1)), says };
  }
  const place = placeOf(tree, path);
  return {
    place: place.kind === 'default' ? placeOfMissing(tree, path) : place,
    key: keyText(knownPart(path)),
    says: wrongValueText(nodeAt(tree, path), { entry: entryAt(configSection, knownPart(path)), allowed }),
  };
}

function wrongValueText(
  node: SourceNode | undefined,
  { entry, allowed }: { readonly entry: ReturnType<typeof entryAt>; readonly allowed: string },
): string {
  const setting = entry?.node === 'setting' ? entry : undefined;
  if (setting?.isSecret === true)
    return `found something else (it is not shown); allowed: ${allowed}${hintAt(node)}`;
  const found = node === undefined ? 'nothing' : foundText(node);
  return `found ${found}; allowed: ${allowed}${setting?.default === null ? '' : hintAt(node)}`;
}

function hintAt(node: SourceNode | undefined): string {
  return isNothing(node) ? '; leave the key out for its default' : '';
}

function placeOf(tree: SourceNode, path: readonly string[]): Place {
  return nodeAt(tree, path)?.place ?? keyPlaceAt(tree, path);
}

/** A key that has no default and was left out is missing where its neighbours stand. */
function placeOfMissing(tree: SourceNode, path: readonly string[]): Place {
  return placeOf(tree, path.slice(0, -1));
}

/** Without what follows the key itself: the number of a list's item. */
function knownPart(path: readonly string[]): readonly string[] {
  return entryAt(configSection, path) === undefined && path.length > 0 ? knownPart(path.slice(0, -1)) : path;
}

function unknownKeyText(path: readonly string[]): string {
  const nearest = nearestKey(configSection, path);
  if (nearest !== undefined) return `there is no such key; did you mean ${nearest}?`;
  const parent = entryAt(configSection, path.slice(0, -1));
  const names = parent?.node === 'section' ? [...parent.children.keys()] : [];
  return `there is no such key; allowed here: ${names.join(', ')}`;
}

/** In the order of the file, and one for each place in it: what follows the first is its echo. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const distinct = new Map<string, Problem>();
  for (const problem of problems) {
    const isInFile = problem.place.kind === 'file';
    const identity = `${placeText(problem.place)} ${isInFile ? '' : (problem.key ?? '')}`;
    if (!distinct.has(identity)) distinct.set(identity, problem);
  }
  return [...distinct.values()].toSorted((a, b) => lineOf(a) - lineOf(b));
}

/** What has no line comes after what has. */
function lineOf({ place }: Problem): number {
  return place.kind === 'file' ? place.line + place.column / 10_000 : Number.MAX_SAFE_INTEGER;
}
