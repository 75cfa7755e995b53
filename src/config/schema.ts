// How a key of the configuration is defined: once, with its kind, default and meaning. From such definitions follow
// the TypeScript types, the checking of a file, the reference page and the example.
// zod checks and infers; what it says to people is ours, since every kind knows in words what it allows.
import { z } from 'zod';
import type { Entry, SectionEntry, SettingEntry } from './entry.js';
import type { Kind } from './kind.js';
import type { KeyPath } from './key-path.js';
import type { Plain } from './source-tree.js';

interface About {
  readonly summary: string;
  /** Takes effect on reload; otherwise at the next start. */
  readonly live?: boolean;
}

interface SettingAbout extends About {
  /** As it would stand in the file. Null: none, the key is optional. */
  readonly default: Plain;
}

/** The values that a definition describes. */
export type ValueOf<Definition extends z.ZodType> = DeepReadonly<z.output<Definition>>;

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** A WeakMap and not a zod registry: a registry rewrites the type of what it keeps. */
const entries = new WeakMap<z.ZodType, Entry>();

export function setting<Value>(kind: Kind<Value>, about: SettingAbout): z.ZodType<Value> {
  return described(schemaOf(kind), settingEntry(kind, about));
}

/** A key without a default: undefined where it is not given. */
export function optional<Value>(kind: Kind<Value>, about: About): z.ZodType<Value | undefined> {
  const schema = z
    .custom<Plain>()
    .transform((plain, context) => (plain === null ? undefined : decoded(kind, plain, context)));
  return described(schema, settingEntry(kind, { ...about, default: null }));
}

/** Each wrong item is an error at its own place. */
export function list<Value>(
  kind: Kind<Value>,
  about: SettingAbout & { readonly isNeverEmpty?: boolean },
): z.ZodType<Value[]> {
  const allowed = `a list${about.isNeverEmpty === true ? ' that is not empty' : ''}, each item ${kind.allowed}`;
  const schema = z.array(schemaOf(kind), { error: allowed });
  const bounded = about.isNeverEmpty === true ? schema.min(1, { error: allowed }) : schema;
  return described(bounded, settingEntry({ ...kind, allowed }, about));
}

/** A mapping whose keys are the operator's own. */
export function map<Value>(
  key: { readonly name: string; readonly kind: Kind<string> },
  value: z.ZodType<Value>,
  about: SettingAbout,
): z.ZodType<Record<string, Value>> {
  const valueEntry = entryOf(value);
  const values =
    valueEntry.node === 'section' ? keysAllowed(Object.fromEntries(valueEntry.children)) : valueEntry.allowed;
  const allowed = `a mapping whose keys are each ${key.kind.allowed}, whose values are each ${values}`;
  const keySchema = z
    .string()
    .refine((text) => key.kind.decode(text) !== undefined, { error: key.kind.allowed });
  return described(z.record(keySchema, value, { error: allowed }), {
    node: 'map',
    live: false,
    ...about,
    allowed,
    keyName: key.name,
    value: valueEntry,
  });
}

export function section<Shape extends Record<string, z.ZodType>>(summary: string, shape: Shape) {
  const schema = z.strictObject(shape, { error: keysAllowed(shape) });
  const children = new Map(Object.entries(shape).map(([name, child]) => [name, entryOf(child)]));
  return described(schema, { node: 'section', summary, children });
}

function keysAllowed(shape: object): string {
  return `a mapping with some of the keys ${Object.keys(shape).join(', ')}`;
}

/** The same for a section, which is what the whole file is. */
export function sectionOf(definition: z.ZodType): SectionEntry {
  const entry = entryOf(definition);
  if (entry.node !== 'section') throw new TypeError('this definition is not of a section');
  return entry;
}

/** What is known of a definition made by the functions above. */
function entryOf(definition: z.ZodType): Entry {
  const entry = entries.get(definition);
  if (entry === undefined) throw new TypeError('this schema was not made by setting, list, map or section');
  return entry;
}

/** What is wrong with one value, in words for people. */
export interface Complaint {
  readonly path: KeyPath;
  /** Absent: the key at the end of the path is not a known one. */
  readonly allowed?: string;
  /** The key at the end of the path, one of the operator's own, is what is wrong. */
  readonly isAboutKey?: true;
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

function complaintsOf(issue: z.core.$ZodIssue): readonly Complaint[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key] }));
  if (issue.code === 'invalid_key')
    return [{ path, allowed: issue.issues[0]?.message ?? issue.message, isAboutKey: true }];
  return [{ path, allowed: issue.message }];
}

function schemaOf<Value>(kind: Kind<Value>): z.ZodType<Value> {
  return z.custom<Plain>().transform((plain, context) => decoded(kind, plain, context));
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
