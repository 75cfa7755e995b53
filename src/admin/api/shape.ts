// What goes over the HTTP interface, described once: a JSON Schema to check and document it by, and the TypeScript type
// that follows from it. Objects are closed: a field that nobody knows is refused.

export type JsonSchema = { readonly [keyword: string]: unknown };

export interface Shape<Value> {
  readonly schema: JsonSchema;
  /** Never there: carries the type. */
  readonly value?: Value;
}

export type ValueOf<AnyShape> = AnyShape extends Shape<infer Value> ? Value : never;

type Fields = Readonly<Record<string, Shape<unknown>>>;

type ObjectOf<Required extends Fields, Optional extends Fields> = {
  readonly [Name in keyof Required]: ValueOf<Required[Name]>;
} & { readonly [Name in keyof Optional]?: ValueOf<Optional[Name]> };

export interface TextAbout {
  readonly example?: string;
  readonly maxLength?: number;
}

/** Longer than any name we store. */
const MOST_CHARACTERS = 1024;

export function text(
  description: string,
  { example, maxLength = MOST_CHARACTERS }: TextAbout = {},
): Shape<string> {
  const examples = example === undefined ? {} : { examples: [example] };
  return { schema: { type: 'string', description, maxLength, ...examples } };
}

export function oneOf<Word extends string>(description: string, words: readonly Word[]): Shape<Word> {
  return { schema: { type: 'string', description, enum: words } };
}

export function wholeNumber(
  description: string,
  range: { readonly minimum?: number; readonly maximum?: number } = {},
): Shape<number> {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = range;
  return { schema: { type: 'integer', description, minimum, maximum } };
}

export function truth(description: string): Shape<boolean> {
  return { schema: { type: 'boolean', description } };
}

export function nullable<Value>(shape: Shape<Value>): Shape<Value | null> {
  const { type, ...rest } = shape.schema;
  return { schema: { ...rest, type: [type, 'null'] } };
}

export function list<Item>(
  description: string,
  item: Shape<Item>,
  { minItems = 0, maxItems }: { readonly minItems?: number; readonly maxItems?: number } = {},
): Shape<readonly Item[]> {
  const bound = maxItems === undefined ? {} : { maxItems };
  return { schema: { type: 'array', description, items: item.schema, minItems, ...bound } };
}

export function object<Required extends Fields, Optional extends Fields = Record<never, never>>(
  required: Required,
  optional?: Optional,
): Shape<ObjectOf<Required, Optional>> {
  const fields = Object.entries({ ...required, ...optional });
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(fields.map(([name, { schema }]) => [name, schema])),
      required: Object.keys(required),
      additionalProperties: false,
    },
  };
}

/** Documented once under this name, wherever it is used. */
export function named<Value>(title: string, shape: Shape<Value>): Shape<Value> {
  return { schema: { title, ...shape.schema } };
}

export const nothing = object({});
