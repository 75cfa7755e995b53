import { describe, expect, it } from '@jest/globals';
import { openApiDocument } from '../../../../src/admin/api/openapi.js';
import { httpApiPage } from '../../../../src/admin/api/reference.js';
import { routesByTopic } from '../../../../src/admin/api/routes.js';

type Tree = Readonly<Record<string, unknown>>;

const document = openApiDocument('1.2.3');
const routes = Object.values(routesByTopic).flat();

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null;
}

function* trees(value: unknown): Iterable<Tree> {
  if (!isTree(value)) return;
  yield value;
  for (const child of Object.values(value)) yield* trees(child);
}

function at(path: readonly string[]): unknown {
  return path.reduce<unknown>((tree, key) => (isTree(tree) ? tree[key] : undefined), document);
}

describe('the OpenAPI document', () => {
  it('lists each route once, and nothing else', () => {
    const listed = Object.entries(at(['paths']) as Tree).flatMap(([path, operations]) =>
      Object.keys(operations as Tree).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(listed.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it('refers to nothing that is not there', () => {
    const references = [...trees(document)]
      .map((tree) => tree['$ref'])
      .filter((text) => typeof text === 'string');
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      const path = reference.replace(/^#\//, '').split('/');
      expect([reference, at(path)]).toEqual([reference, expect.anything()]);
    }
  });

  it('says of each parameter in a path what it is', () => {
    for (const { method, path } of routes) {
      const parameters = at(['paths', path, method.toLowerCase(), 'parameters']) as readonly Tree[];
      const named = parameters.filter((parameter) => parameter['in'] === 'path');
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(named.map((parameter) => parameter['name'])).toEqual(inPath);
      expect(named.every((parameter) => parameter['required'] === true)).toBe(true);
    }
  });

  it('closes every object, and describes every field', () => {
    const objects = [...trees(document)].filter((tree) => 'properties' in tree);
    for (const object of objects) {
      expect(object['additionalProperties']).toBe(false);
      for (const [name, field] of Object.entries(object['properties'] as Tree)) {
        const { description, $ref, type } = field as Tree;
        expect([name, description ?? $ref ?? type]).toEqual([name, expect.anything()]);
      }
    }
  });

  it('lets nothing be changed without the token', () => {
    const changing = routes.filter(({ method }) => method !== 'GET');
    expect(new Set(changing.map(({ access }) => access))).toEqual(new Set(['operator']));
    expect(at(['paths', '/api/v1/users', 'post', 'security'])).toEqual([{ token: [] }]);
    expect(at(['paths', '/api/v1/users', 'get', 'security'])).toEqual([{ token: [] }, {}]);
  });
});

describe('the reference page of the HTTP interface', () => {
  it('has a section for each route', () => {
    const page = httpApiPage();
    for (const { method, path } of routes) expect(page).toContain(`### ${method} ${path}\n`);
  });
});
