// How a key of the configuration is defined: once, with its kind, default and meaning. From such definitions follow
// the TypeScript types, the checking of a file, the way back from values to text, the reference page and the example.
// zod checks and infers; what it says to people is ours, since every kind knows in words what it allows.
import { z } from 'zod';
import type { Kind } from './kind.js';
import type { KeyPath, Plain } from './source-tree.js';

interface About {
  readonly summary: string;
  /** Takes effect on reload; otherwise at the next start. */
  readonly live?: boolean;
}

interface SettingAbout extends About {
  /** As it would stand in the file. Null: none, the key is optional. */
  readonly default: Plain;
}

/** One key with a value. */
export interface SettingEntry extends Required<SettingAbout> {
  readonly node: 'setting';
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
export interface MapEntry extends Required<SettingAbout> {
  readonly node: 'map';
  readonly allowed: string;
  readonly keyAllowed: string;
  readonly value: Entry;
}

export type Entry = SettingEntry | SectionEntry | MapEntry;

/** The values that a definition describes. */
export type ValueOf<Definition extends z.ZodType> = DeepReadonly<z.output<Definition>>;

type DeepReadonly<T> =
  T extends ReadonlyMap<infer Key, infer Value>
    ? ReadonlyMap<Key, DeepReadonly<Value>>
    : T extends readonly (infer Item)[]
      ? readonly DeepReadonly<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
        : T;

/** A WeakMap and not a zod registry: a registry rewrites the type of what it keeps. */
const entries = new WeakMap<z.ZodType, Entry>();

export function setting<Value>(kind: Kind<Value>, about: SettingAbout): z.ZodType<Value> {
  return described(codecOf(kind), settingEntry(kind, about));
}

/** A key without a default: undefined where it is not given. */
export function optional<Value>(kind: Kind<Value>, about: About): z.ZodType<Value | undefined> {
  const schema = z.codec(z.custom<Plain>(), z.custom<Value | undefined>(), {
    decode: (plain, context) => (plain === null ? undefined : decoded(kind, plain, context)),
    encode: (value) => (value === undefined ? null : kind.encode(value)),
  });
  return described(schema, settingEntry(kind, { ...about, default: null }));
}

/** Each wrong item is an error at its own place. */
export function list<Value>(
  kind: Kind<Value>,
  about: SettingAbout & { readonly isNeverEmpty?: boolean },
): z.ZodType<Value[]> {
  const allowed = `a list${about.isNeverEmpty === true ? ' that is not empty' : ''}, each item ${kind.allowed}`;
  const schema = z.array(codecOf(kind), { error: allowed });
  const bounded = about.isNeverEmpty === true ? schema.min(1, { error: allowed }) : schema;
  return described(bounded, settingEntry({ ...kind, allowed }, about));
}

/** A mapping whose keys are the operator's own. */
export function map<Value>(
  key: Kind<string>,
  value: z.ZodType<Value>,
  about: SettingAbout,
): z.ZodType<Record<string, Value>> {
  const allowed = `a mapping whose keys are each ${key.allowed}`;
  const keySchema = z.codec(z.string(), z.string(), {
    decode: (text, context) => decoded(key, text, context),
    encode: (text) => text,
  });
  return described(z.record(keySchema, value, { error: allowed }), {
    node: 'map',
    live: false,
    ...about,
    allowed,
    keyAllowed: key.allowed,
    value: entryOf(value),
  });
}

export function section<Shape extends Record<string, z.ZodType>>(summary: string, shape: Shape) {
  const schema = z.strictObject(shape, {
    error: `a mapping with some of the keys ${Object.keys(shape).join(', ')}`,
  });
  const children = new Map(Object.entries(shape).map(([name, child]) => [name, entryOf(child)]));
  return described(schema, { node: 'section', summary, children });
}

/** The same for a section, which is what the whole file is. */
export function sectionOf(definition: z.ZodType): SectionEntry {
  const entry = entryOf(definition);
  if (entry.node !== 'section') throw new TypeError('this definition is not of a section');
  return entry;
}

/** What is known of a definition made by the functions above. */
export function entryOf(definition: z.ZodType): Entry {
  const entry = entries.get(definition);
  if (entry === undefined) throw new TypeError('this schema was not made by setting, list, map or section');
  return entry;
}

/** Every key with a value of its own, in the order of the definition. */
export function* settingsOf(parent: SectionEntry, path: KeyPath = []): Iterable<KeyedSetting> {
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

export interface KeyedSetting {
  readonly path: KeyPath;
  readonly entry: SettingEntry | MapEntry;
}

/** What is wrong with one value, in words for people. */
export interface Complaint {
  readonly path: readonly string[];
  /** Absent: the key at the end of the path is not a known one. */
  readonly allowed?: string;
}

export type Checked<Value> =
  | { readonly isValid: true; readonly value: Value }
  | { readonly isValid: false; readonly complaints: readonly Complaint[] };

/** The typed values, or every complaint at once. */
export function check<Value>(definition: z.ZodType<Value>, plain: Plain): Checked<Value> {
  const result = definition.safeParse(plain);
  if (result.success) return { isValid: true, value: result.data };
  return { isValid: false, complaints: result.error.issues.flatMap(complaintsOf) };
}

/** The way back from values to what would stand in a file. */
export function encoded<Value>(definition: z.ZodType<Value>, value: Value): unknown {
  return z.encode(definition, value);
}

function complaintsOf(issue: z.core.$ZodIssue): readonly Complaint[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key] }));
  if (issue.code === 'invalid_key') return [{ path, allowed: issue.issues[0]?.message ?? issue.message }];
  return [{ path, allowed: issue.message }];
}

function codecOf<Value>(kind: Kind<Value>): z.ZodType<Value> {
  return z.codec(z.custom<Plain>(), z.custom<Value>(), {
    decode: (plain, context) => decoded(kind, plain, context),
    encode: (value) => kind.encode(value),
  });
}

function decoded<Value>(kind: Kind<Value>, plain: Plain, context: z.core.ParsePayload): Value {
  const value = kind.decode(plain);
  if (value !== undefined) return value;
  context.issues.push({ code: 'custom', input: plain, message: kind.allowed });
  return z.NEVER;
}

function described<Schema extends z.ZodType>(schema: Schema, entry: Entry): Schema {
  entries.set(schema, entry);
  return schema;
}

function settingEntry<Value>(kind: Kind<Value>, about: SettingAbout): SettingEntry {
  const { allowed, isPath = false, isSecret = false } = kind;
  const { summary, live = false } = about;
  return { node: 'setting', summary, live, default: about.default, allowed, isPath, isSecret };
}
