// The values of a query string as its shape has them: `limit=10` is a number there and text on the wire.
import type { JsonSchema } from './api/shape.js';

/** What does not read as what it should be stays text, and is refused by the check that follows. */
export function queryValues(schema: JsonSchema, query: Readonly<Record<string, unknown>>): unknown {
  const properties = schema['properties'] as Readonly<Record<string, JsonSchema>>; // as `object` makes it
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, valueOf(properties[name]?.['type'], value)]),
  );
}

function valueOf(type: unknown, value: unknown): unknown {
  if (type === 'integer' && typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === '')) return true; // `?force` says it, too
  if (type === 'boolean' && value === 'false') return false;
  return value;
}
