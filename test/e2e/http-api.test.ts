// The HTTP interface of a node that runs: each route answers as the node's own OpenAPI document says, when all is well and
// when something is not; and what a careless or hostile client sends does no harm.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MailNode } from '../mail-node.js';
import { faultsIn } from '../openapi-reply.js';
import { TemporaryFolder } from '../temporary-folder.js';

/** On a busy machine a process takes seconds to start. */
jest.setTimeout(90_000);

type Tree = Readonly<Record<string, unknown>>;

const folder = new TemporaryFolder();
let node: MailNode;
let document: Tree;
let authorization: string;
beforeAll(async () => {
  const data = join(folder.path, 'data');
  node = await MailNode.start({ data });
  authorization = `Bearer ${readFileSync(join(data, 'admin.token'), 'utf8').trim()}`;
  document = (await (await asked('GET', '/api/openapi.json')).json()) as Tree;
});
afterAll(async () => {
  await node.stop();
  folder.remove();
});

function asked(
  method: string,
  path: string,
  body?: string | object,
  type = 'application/json',
): Promise<Response> {
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  return fetch(`http://127.0.0.1:${node.port('admin.listen')}${path}`, {
    method,
    headers: { authorization, ...(text === undefined ? {} : { 'content-type': type }) },
    ...(text === undefined ? {} : { body: text }),
  });
}

const A = '/api/v1';
const ANNE = '/users/anne@example.com';
const NOBODY = '/users/nobody@example.com';
const DOMAIN = { name: 'example.org' };
const ALIAS = { address: 'info@example.com', targets: ['anne@example.com'] };
const QUOTA = { quotaBytes: null, quotaMessages: 5 };

/** In the order in which they are asked: operation, path, expected status, body. */
const QUESTIONS: readonly (readonly [string, string, number, object?])[] = [
  ['GET /', '/', 200],
  ['GET /healthz', '/healthz', 200],
  ['GET /readyz', '/readyz', 200],
  ['GET /metrics', '/metrics', 200],
  ['GET /api/openapi.json', '/api/openapi.json', 200],
  ['GET /api/v1/status', `${A}/status`, 200],
  ['POST /api/v1/users', `${A}/users`, 201, { address: 'anne@example.com' }],
  ['POST /api/v1/users', `${A}/users`, 409, { address: 'anne@example.com' }],
  ['GET /api/v1/users', `${A}/users`, 200],
  ['GET /api/v1/users', `${A}/users?limit=0`, 400],
  ['GET /api/v1/users/{address}', A + ANNE, 200],
  ['GET /api/v1/users/{address}', A + NOBODY, 404],
  ['PUT /api/v1/users/{address}/password', `${A + ANNE}/password`, 200, {}],
  ['PUT /api/v1/users/{address}/password', `${A + NOBODY}/password`, 404, {}],
  ['PUT /api/v1/users/{address}/quota', `${A + ANNE}/quota`, 200, QUOTA],
  ['PUT /api/v1/users/{address}/quota', `${A + ANNE}/quota`, 400, {}],
  ['POST /api/v1/users/{address}/disable', `${A + ANNE}/disable`, 200],
  ['POST /api/v1/users/{address}/disable', `${A + NOBODY}/disable`, 404],
  ['POST /api/v1/users/{address}/enable', `${A + ANNE}/enable`, 200],
  ['POST /api/v1/users/{address}/enable', `${A + NOBODY}/enable`, 404],
  ['POST /api/v1/users/{address}/mailboxes', `${A + ANNE}/mailboxes`, 201, { name: 'lists' }],
  ['POST /api/v1/users/{address}/mailboxes', `${A + ANNE}/mailboxes`, 409, { name: 'lists' }],
  ['GET /api/v1/users/{address}/mailboxes', `${A + ANNE}/mailboxes`, 200],
  ['GET /api/v1/users/{address}/mailboxes', `${A + NOBODY}/mailboxes`, 404],
  ['GET /api/v1/users/{address}/mailboxes/{mailbox}', `${A + ANNE}/mailboxes/lists`, 200],
  ['GET /api/v1/users/{address}/mailboxes/{mailbox}', `${A + ANNE}/mailboxes/none`, 404],
  ['GET /api/v1/users/{address}/mailboxes/{mailbox}/messages', `${A + ANNE}/mailboxes/inbox/messages`, 200],
  ['GET /api/v1/users/{address}/mailboxes/{mailbox}/messages', `${A + ANNE}/mailboxes/x/messages`, 404],
  ['DELETE /api/v1/users/{address}/mailboxes/{mailbox}', `${A + ANNE}/mailboxes/lists`, 200],
  ['DELETE /api/v1/users/{address}/mailboxes/{mailbox}', `${A + ANNE}/mailboxes/inbox`, 400],
  ['POST /api/v1/aliases', `${A}/aliases`, 201, ALIAS],
  ['POST /api/v1/aliases', `${A}/aliases`, 409, { ...ALIAS, address: 'anne@example.com' }],
  ['GET /api/v1/aliases', `${A}/aliases`, 200],
  ['GET /api/v1/aliases', `${A}/aliases?x=1`, 400],
  ['GET /api/v1/aliases/{address}', `${A}/aliases/info@example.com`, 200],
  ['GET /api/v1/aliases/{address}', `${A}/aliases/none@example.com`, 404],
  ['DELETE /api/v1/aliases/{address}', `${A}/aliases/info@example.com`, 200],
  ['DELETE /api/v1/aliases/{address}', `${A}/aliases/info@example.com`, 404],
  ['POST /api/v1/domains', `${A}/domains`, 201, DOMAIN],
  ['POST /api/v1/domains', `${A}/domains`, 409, DOMAIN],
  ['GET /api/v1/domains', `${A}/domains`, 200],
  ['GET /api/v1/domains', `${A}/domains?x=1`, 400],
  ['DELETE /api/v1/domains/{domain}', `${A}/domains/example.org`, 200],
  ['DELETE /api/v1/domains/{domain}', `${A}/domains/example.org`, 400],
  ['GET /api/v1/users/{address}/removal', `${A + ANNE}/removal`, 404],
  ['DELETE /api/v1/users/{address}', A + ANNE, 202],
  ['DELETE /api/v1/users/{address}', A + NOBODY, 404],
  ['GET /api/v1/users/{address}/removal', `${A + ANNE}/removal`, 200],
  ['POST /api/v1/reload', `${A}/reload`, 200],
  ['POST /api/v1/reload', `${A}/reload`, 400, {}],
];

describe('a node that runs', () => {
  it('answers each route as its OpenAPI document says', async () => {
    for (const [operation, path, status, body] of QUESTIONS) {
      const response = await asked(operation.split(' ')[0] ?? '', path, body);
      const text = await response.text();
      expect([operation, path, response.status, text]).toEqual([operation, path, status, expect.anything()]);
      if (status === 201 && path.endsWith('/users'))
        await node.send('anne@example.com', 'Subject: hello\r\n\r\n');
      expect([operation, documentedFaults(operation, response, text)]).toEqual([operation, []]);
    }
  });

  it('has no route that is not asked above', () => {
    const all = Object.entries(document['paths'] as Tree).flatMap(([path, operations]) =>
      Object.keys(operations as Tree).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...new Set(QUESTIONS.map(([operation]) => operation))].toSorted()).toEqual(all.toSorted());
  });

  it.each([
    {
      method: 'POST',
      path: '/api/v1/users',
      body: 'address=x',
      type: 'text/plain',
      is: [415, 'media-type-unknown'],
    },
    { method: 'POST', path: '/api/v1/users', body: 'x'.repeat(2 ** 20), is: [413, 'request-too-large'] },
    { method: 'GET', path: '/api/v1/nothing', is: [404, 'path-unknown'] },
    { method: 'PATCH', path: '/api/v1/users', is: [405, 'method-unknown'], allow: 'GET, POST' },
  ])('answers in JSON what is wrong with $method $path ($is), and goes on', async (wrong) => {
    const response = await asked(wrong.method, wrong.path, wrong.body, wrong.type);
    const { error } = (await response.json()) as { readonly error: { readonly code: string } };
    expect([response.status, error.code]).toEqual(wrong.is);
    expect(response.headers.get('allow')).toBe(wrong.allow ?? null);
    expect((await asked('GET', '/healthz')).status).toBe(200);
  });

  it('answers HEAD as GET, without the body', async () => {
    const response = await asked('HEAD', '/healthz');
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('answers pipelined requests one after the other', async () => {
    const request = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';
    const text = await conversation(`${request}\r\n`.repeat(20) + `${request}Connection: close\r\n\r\n`);
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(21);
  });
});

function documentedFaults(operation: string, response: Response, text: string): readonly string[] {
  const [method = '', path = ''] = operation.split(' ');
  const { responses } = ((document['paths'] as Tree)[path] as Tree)[method.toLowerCase()] as {
    readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Tree>> }>>;
  };
  const documented = responses[response.status];
  if (documented === undefined) return [`${response.status} is not documented`];
  const [[mediaType, { schema }] = ['', {}]] = Object.entries(documented.content) as [
    string,
    { schema?: Tree },
  ][];
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith(mediaType.split(';')[0] ?? '')) return [`${type} is not ${mediaType}`];
  return faultsIn(mediaType === 'application/json' ? JSON.parse(text) : text, schema ?? {}, document);
}

function conversation(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(node.port('admin.listen'), '127.0.0.1', () => socket.write(request));
    let text = '';
    socket.on('data', (piece) => (text += piece.toString()));
    socket.once('end', () => resolve(text));
    socket.once('error', reject);
  });
}
