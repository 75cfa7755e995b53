// The reference page of the HTTP interface, from its routes.
import { code, markdownTable, page } from '../../base/markdown.js';
import type { Access, AnyRoute } from './route.js';
import { routesByTopic } from './routes.js';
import type { JsonSchema } from './shape.js';

const INTRODUCTION = `Every node with the role \`admin\` answers at \`admin.listen\`. Requests and replies are JSON in UTF-8; a field that is not
listed here is refused. What goes wrong is answered as \`{"error": {"code", "kind", "detail"}}\` with a code of
[errors.md](errors.md). The same as an OpenAPI document: \`/api/openapi.json\`.

The token is the text of the file \`admin.token\` in the data folder and goes into the header
\`Authorization: Bearer TOKEN\`. Whatever changes something needs it. From the machine itself the rest can be read without;
a request that came through a proxy, or that names another host than \`localhost\` or a loopback address, does not count as
one from the machine itself.`;

const ACCESS: Readonly<Record<Access, string>> = {
  anyone: 'Needs no token.',
  nearby: 'Needs the token unless it comes from the machine itself.',
  operator: 'Needs the token.',
};

export function httpApiPage(): string {
  return page('# The HTTP interface', INTRODUCTION, ...sections());
}

function* sections(): Iterable<string> {
  for (const [topic, routes] of Object.entries(routesByTopic)) {
    yield `## ${topic}`;
    for (const route of routes) yield* routeParts(route);
  }
}

function* routeParts(route: AnyRoute): Iterable<string> {
  yield `### ${route.method} ${route.path}`;
  const failures = route.failures.length === 0 ? '' : ` Fails with ${route.failures.map(code).join(', ')}.`;
  yield `${route.summary}. ${ACCESS[route.access]}${failures}`;
  const rows = [
    ...fieldRows('path', route.params.schema),
    ...fieldRows('query', route.query.schema),
    ...(route.body === undefined ? [] : fieldRows('body', route.body.schema)),
    ...(route.mediaType === 'application/json' ? fieldRows('reply', route.reply.schema) : []),
  ];
  if (rows.length > 0) yield markdownTable(['', 'field', 'type', 'meaning'], rows);
}

function* fieldRows(part: string, schema: JsonSchema, prefix = ''): Iterable<readonly string[]> {
  const required = (schema['required'] ?? []) as readonly string[];
  for (const [name, field] of Object.entries(
    (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>,
  )) {
    const path = `${prefix}${name}`;
    const isOptional = part !== 'reply' && !required.includes(name);
    yield [
      part,
      code(path),
      `${typeText(field)}${isOptional ? ', optional' : ''}`,
      typeof field['description'] === 'string' ? field['description'] : '',
    ];
    yield* fieldRows(part, field, `${path}.`);
    yield* fieldRows(part, (field['items'] ?? {}) as JsonSchema, `${path}[].`);
  }
}

function typeText({ type, enum: words, items }: JsonSchema): string {
  if (Array.isArray(words)) return words.map((word) => code(String(word))).join(' or ');
  if (items !== undefined) return `list of ${typeText(items as JsonSchema)}`;
  return Array.isArray(type) ? type.join(' or ') : String(type);
}
