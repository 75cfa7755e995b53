// Whether a reply is what the OpenAPI document says of it: the few keywords of JSON Schema that our document uses.

type Tree = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: (value) => Array.isArray(value),
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};
/** They say nothing about what is right. */
const NOTES = new Set(['title', 'description', 'examples']);

/** What is wrong with the value, each with its place; throws at a keyword that it does not know. */
export function faultsIn(value: unknown, schema: Tree, document: Tree, place = ''): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    if (NOTES.has(keyword)) return [];
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new Error(`nobody has said what "${keyword}" means`);
    return check({ value, wanted, schema, document, place });
  });
}

interface Check {
  readonly value: unknown;
  readonly wanted: unknown;
  readonly schema: Tree;
  readonly document: Tree;
  readonly place: string;
}

const KEYWORDS: Readonly<Record<string, (check: Check) => readonly string[]>> = {
  $ref: ({ value, wanted, document, place }) => {
    const path = String(wanted).replace(/^#\//, '').split('/');
    return faultsIn(
      value,
      path.reduce((tree, key) => tree[key] as Tree, document),
      document,
      place,
    );
  },
  type: ({ value, wanted, place }) =>
    [wanted].flat().some((type) => TYPES[String(type)]?.(value)) ? [] : [`${place} is no ${String(wanted)}`],
  enum: ({ value, wanted, place }) =>
    (wanted as readonly unknown[]).includes(value) ? [] : [`${place} is none of ${String(wanted)}`],
  minimum: ({ value, wanted, place }) =>
    Number(value ?? wanted) < Number(wanted) ? [`${place} is small`] : [],
  maximum: ({ value, wanted, place }) =>
    Number(value ?? wanted) > Number(wanted) ? [`${place} is large`] : [],
  maxLength: ({ value, wanted, place }) =>
    typeof value === 'string' && value.length > Number(wanted) ? [`${place} is long`] : [],
  minItems: ({ value, wanted, place }) =>
    Array.isArray(value) && value.length < Number(wanted) ? [`${place} has few`] : [],
  maxItems: ({ value, wanted, place }) =>
    Array.isArray(value) && value.length > Number(wanted) ? [`${place} has many`] : [],
  items: ({ value, wanted, document, place }) =>
    Array.isArray(value)
      ? value.flatMap((item, at) => faultsIn(item, wanted as Tree, document, `${place}/${at}`))
      : [],
  properties: ({ value, wanted, document, place }) =>
    Object.entries(wanted as Tree).flatMap(([name, field]) =>
      isTree(value) && name in value
        ? faultsIn(value[name], field as Tree, document, `${place}/${name}`)
        : [],
    ),
  required: ({ value, wanted, place }) =>
    (wanted as readonly string[])
      .filter((name) => isTree(value) && !(name in value))
      .map((name) => `${place} is without ${name}`),
  additionalProperties: ({ value, schema, place }) =>
    Object.keys(isTree(value) ? value : {})
      .filter((name) => !(name in ((schema['properties'] ?? {}) as Tree)))
      .map((name) => `${place} has ${name} too`),
};

function isTree(value: unknown): value is Tree {
  return TYPES['object']?.(value) === true;
}
