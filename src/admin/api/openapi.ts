// The HTTP interface as an OpenAPI 3.1 document: its schemas are JSON Schemas, as ours are.
import { failureCodes, Failure, failureKinds, type FailureCode } from '../../base/failure.js';
import { statusOf } from './failure-status.js';
import type { AnyRoute } from './route.js';
import { routesByTopic } from './routes.js';
import { named, object, oneOf, text, type JsonSchema } from './shape.js';

const failureReply = named(
  'Failure',
  object({
    error: object({
      code: text('What went wrong, from the closed list of codes (docs/reference/errors.md).'),
      kind: oneOf('What it asks of you.', Object.keys(failureKinds)),
      detail: text('The same for people.', { maxLength: 65_536 }),
    }),
  }),
);

/** Any may answer these. */
const COMMON_FAILURES: readonly FailureCode[] = ['request-invalid', 'deadline-passed'];

export function openApiDocument(version: string): JsonSchema {
  const components: Record<string, JsonSchema> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [topic, routes] of Object.entries(routesByTopic)) {
    for (const route of routes) {
      const operations = (paths[route.path] ??= {});
      operations[route.method.toLowerCase()] = operationOf(route, topic, components);
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'CassMail', version, license: { name: 'MIT', identifier: 'MIT' } },
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The text of the file data/admin.token.' },
      },
    },
  };
}

type Components = Record<string, JsonSchema>;

function operationOf(route: AnyRoute, topic: string, components: Components): JsonSchema {
  const body = route.body && {
    requestBody: {
      required: true,
      content: { 'application/json': { schema: referred(route.body.schema, components) } },
    },
  };
  const { mediaType, status, reply } = route;
  return {
    tags: [topic],
    summary: route.summary,
    security: { anyone: [], nearby: [{ token: [] }, {}], operator: [{ token: [] }] }[route.access],
    parameters: [
      ...parametersOf('path', route.params.schema, components),
      ...parametersOf('query', route.query.schema, components),
    ],
    ...body,
    responses: {
      [status]: {
        description: 'Done.',
        content: { [mediaType]: { schema: referred(reply.schema, components) } },
      },
      ...failuresOf(route, components),
    },
  };
}

function parametersOf(place: string, schema: JsonSchema, components: Components): readonly JsonSchema[] {
  const required = schema['required'] as readonly string[]; // as `object` makes it
  return Object.entries(schema['properties'] as Readonly<Record<string, JsonSchema>>).map(
    ([name, field]) => ({
      name,
      in: place,
      required: required.includes(name),
      schema: referred(field, components),
    }),
  );
}

function failuresOf({ failures, access }: AnyRoute, components: Components): JsonSchema {
  const guarded: readonly FailureCode[] = access === 'anyone' ? [] : ['token-needed', 'token-wrong'];
  const byStatus: Record<string, string[]> = {};
  for (const code of [...failures, ...guarded, ...COMMON_FAILURES]) {
    (byStatus[statusOf(new Failure(code, ''))] ??= []).push(`\`${code}\`: ${failureCodes[code].means}`);
  }
  const schema = referred(failureReply.schema, components);
  const replies = Object.entries({ ...byStatus, default: ['Any other failure.'] });
  return Object.fromEntries(
    replies.map(([status, lines]) => [
      status,
      { description: lines.join('\n'), content: { 'application/json': { schema } } },
    ]),
  );
}

/** Each schema that has a name goes among the components, and a reference to it stays. */
function referred(schema: JsonSchema, components: Components): JsonSchema {
  const { title } = schema;
  const whole = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, referredIn(keyword, value, components)]),
  );
  if (typeof title !== 'string') return whole;
  components[title] = whole;
  return { $ref: `#/components/schemas/${title}` };
}

function referredIn(keyword: string, value: unknown, components: Components): unknown {
  if (keyword === 'items') return referred(value as JsonSchema, components);
  if (keyword !== 'properties') return value;
  const fields = Object.entries(value as Readonly<Record<string, JsonSchema>>);
  return Object.fromEntries(fields.map(([name, field]) => [name, referred(field, components)]));
}
