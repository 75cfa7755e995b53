import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/base/failure.js';
import { connect } from 'node:net';
import { INBOX } from '../../../src/mail/mailbox-name.js';
import { ids } from '../../fault/embedded-test-store.js';
import { AdminNode, TOKEN, type Asking } from './admin-node.js';
import { anne } from '../../unit/accounts/administration/ground.js';

const USERS = '/api/v1/users';
const ANNE = `${USERS}/anne@example.com`;

let node: AdminNode;
beforeEach(async () => {
  node = await AdminNode.open();
});
afterEach(() => node.close());

const ask = (method: string, path: string, asking?: Asking) => node.ask(method, path, asking);
const addAnne = () => ask('POST', USERS, { body: { address: 'Anne@example.com', password: 'secret' } });

/** Status and code of the failure. */
async function refusal(method: string, path: string, asking?: Asking): Promise<unknown> {
  const { status, json } = await ask(method, path, asking);
  return [status, (json as { readonly error?: { readonly code?: unknown } }).error?.code];
}

describe('users over HTTP', () => {
  it('are added, shown, listed, changed', async () => {
    const added = await addAnne();
    expect(added.status).toBe(201);
    const user = {
      address: 'anne@example.com',
      isDisabled: false,
      isBeingRemoved: false,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      mailboxes: ['inbox', 'outbox'],
      quotaBytes: null,
      quotaMessages: null,
    };
    expect(added.json).toEqual({ user, password: null, addedDomain: null });
    await node.ground.deliver(anne);
    expect((await ask('GET', ANNE)).json).toEqual({
      user,
      mailboxes: [
        { name: 'inbox', messages: 1, sizeBytes: 100 },
        { name: 'outbox', messages: 0, sizeBytes: 0 },
      ],
      aliases: [],
    });
    expect((await ask('GET', `${USERS}?domain=example.com&limit=5`)).json).toEqual({
      users: [user],
      isComplete: true,
    });
    expect((await ask('GET', `${USERS}?domain=example.org`)).json).toEqual({ users: [], isComplete: true });
    const quota = { quotaBytes: 1000, quotaMessages: null };
    expect((await ask('PUT', `${ANNE}/quota`, { body: quota })).json).toEqual({ ...user, ...quota });
    expect((await ask('POST', `${ANNE}/disable`)).json).toMatchObject({ isDisabled: true });
    expect((await ask('POST', `${ANNE}/enable`)).json).toMatchObject({ isDisabled: false });
    expect((await ask('PUT', `${ANNE}/password`, { body: { password: 'better' } })).json).toEqual({
      password: null,
    });
    expect((await ask('PUT', `${ANNE}/password`, { body: {} })).json).toEqual({
      password: expect.stringContaining('-'),
    });
  });

  it('go in the background, and how far that is can be asked', async () => {
    await addAnne();
    expect(await refusal('GET', `${ANNE}/removal`)).toEqual([404, 'removal-unknown']);
    expect(await refusal('GET', `${USERS}/bob@example.com/removal`)).toEqual([404, 'user-unknown']);
    const begun = await ask('DELETE', ANNE);
    expect([begun.status, begun.json]).toEqual([
      202,
      { address: 'anne@example.com', state: 'under-way', removedMessages: 0, removedBytes: 0, failure: null },
    ]);
    expect((await ask('GET', `${ANNE}/removal`)).json).toMatchObject({ state: 'under-way' });
    expect((await ask('GET', ANNE)).json).toMatchObject({ user: { isDisabled: true, isBeingRemoved: true } });
  });

  it('may have an address that has to be escaped', async () => {
    const address = 'a/b ü%?#@example.com';
    expect((await ask('POST', USERS, { body: { address } })).status).toBe(201);
    const path = `${USERS}/${encodeURIComponent(address)}`;
    expect((await ask('GET', path)).json).toMatchObject({
      user: { address: '"a/b ü%?#"@example.com' },
    });
    const mailbox = `${path}/mailboxes/${encodeURIComponent('Ablage & Co? #1 '.trim())}`;
    expect((await ask('POST', `${path}/mailboxes`, { body: { name: 'Ablage & Co? #1' } })).status).toBe(201);
    expect((await ask('GET', mailbox)).json).toMatchObject({ name: 'Ablage & Co? #1' });
  });

  it('that are wrong, unknown or there already are refused with the status of that', async () => {
    await addAnne();
    const again = { address: 'anne@example.com' };
    expect(await refusal('POST', USERS, { body: again })).toEqual([409, 'user-exists']);
    expect(await refusal('POST', USERS, { body: { address: 'anne' } })).toEqual([400, 'name-invalid']);
    const elsewhere = { address: 'anne@elsewhere.example' };
    expect(await refusal('POST', USERS, { body: elsewhere })).toEqual([400, 'domain-unknown']);
    expect(await refusal('GET', `${USERS}/bob@example.com`)).toEqual([404, 'user-unknown']);
    expect(await refusal('DELETE', `${USERS}/bob@example.com`)).toEqual([404, 'user-unknown']);
  });
});

describe('mailboxes, aliases and domains over HTTP', () => {
  it('are made, shown and removed', async () => {
    await addAnne();
    node.longestSleepMs = 10;
    const lists = `${ANNE}/mailboxes/lists`;
    expect((await ask('POST', `${ANNE}/mailboxes`, { body: { name: 'lists' } })).status).toBe(201);
    await node.ground.deliver(anne, 'lists' as never);
    expect((await ask('GET', lists)).json).toEqual({ name: 'lists', messages: 1, sizeBytes: 100 });
    expect(await refusal('DELETE', lists)).toEqual([409, 'mailbox-not-empty']);
    expect((await ask('DELETE', `${lists}?force=true`)).json).toEqual({
      removedMessages: 1,
      removedBytes: 100,
    });
    expect((await ask('GET', `${ANNE}/mailboxes`)).json).toMatchObject({
      mailboxes: [{ name: 'inbox' }, { name: 'outbox' }],
    });

    const alias = { address: 'info@example.com', targets: ['anne@example.com'] };
    expect((await ask('POST', '/api/v1/aliases', { body: alias })).json).toEqual(alias);
    expect((await ask('GET', '/api/v1/aliases')).json).toEqual({ aliases: [alias] });
    expect((await ask('GET', '/api/v1/aliases/info@example.com')).json).toEqual(alias);
    expect((await ask('GET', ANNE)).json).toMatchObject({ aliases: ['info@example.com'] });
    expect((await ask('DELETE', '/api/v1/aliases/info@example.com')).status).toBe(200);
    expect(await refusal('GET', '/api/v1/aliases/info@example.com')).toEqual([404, 'alias-unknown']);

    const domain = { name: 'example.org', catchAll: 'anne@example.com' };
    expect((await ask('POST', '/api/v1/domains', { body: domain })).status).toBe(201);
    expect((await ask('GET', '/api/v1/domains')).json).toEqual({
      domains: [
        { name: 'example.com', origin: 'configuration', catchAll: null },
        { ...domain, origin: 'added' },
      ],
    });
    expect((await ask('DELETE', '/api/v1/domains/example.org')).json).toEqual({ name: 'example.org' });
    expect(await refusal('DELETE', '/api/v1/domains/example.com')).toEqual([400, 'domain-configured']);
  });
});

describe('a user whose address needs quotes', () => {
  it('is shown with them everywhere, and by whom he is reached', async () => {
    const address = '"a b"@example.com';
    const path = `${USERS}/${encodeURIComponent(address)}`;
    expect((await ask('POST', USERS, { body: { address, password: 'x' } })).json).toMatchObject({
      user: { address },
    });
    const alias = { address: '"s p"@example.com', targets: [address] };
    expect((await ask('POST', '/api/v1/aliases', { body: alias })).json).toEqual(alias);
    expect((await ask('GET', path)).json).toMatchObject({ user: { address }, aliases: [alias.address] });
    expect((await ask('GET', USERS)).json).toMatchObject({ users: [{ address }] });
    expect((await ask('GET', '/api/v1/aliases')).json).toEqual({ aliases: [alias] });
    const loop = { address, targets: [address] };
    expect(await refusal('POST', '/api/v1/aliases', { body: loop })).toEqual([409, 'user-exists']);
    const itself = { ...alias, targets: [alias.address], replace: true };
    expect(await refusal('POST', '/api/v1/aliases', { body: itself })).toEqual([400, 'target-unknown']);
    expect((await ask('DELETE', path)).json).toMatchObject({ address });
  });
});

describe('messages over HTTP', () => {
  const path = `${ANNE}/mailboxes/inbox/messages`;

  it('are listed by page with what their header says, for operators alone', async () => {
    await addAnne();
    const text = 'From: Bob <bob@example.org>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello\r\n';
    const address = { login: anne, mailbox: INBOX };
    for (let count = 0; count < 3; count += 1) {
      const body = { kind: 'small' as const, bytes: Buffer.from(text) };
      await node.ground.store.mailboxes.deliver({ id: ids.next(), body, to: [address] }, node.ground.budget);
    }
    const first = (await ask('GET', `${path}?limit=2`)).json as {
      readonly messages: readonly { readonly id: string }[];
    };
    const message = {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      acceptedAt: expect.stringMatching(/Z$/),
      sizeBytes: Buffer.byteLength(text),
      from: '"Bob" <bob@example.org>',
      subject: 'Grüße',
    };
    expect(first).toEqual({ messages: [message, message], isComplete: false });
    const rest = (await ask('GET', `${path}?after=${first.messages[1]?.id}`)).json;
    expect(rest).toEqual({ messages: [message], isComplete: true });
    expect(await refusal('GET', path, { token: null })).toEqual([401, 'token-needed']);
    expect(await refusal('GET', `${path}?after=x`)).toEqual([400, 'request-invalid']);
    expect(await refusal('GET', `${ANNE}/mailboxes/none/messages`)).toEqual([404, 'mailbox-unknown']);
  });
});

describe('the node over HTTP', () => {
  it('says how it is', async () => {
    expect((await ask('GET', '/api/v1/status')).json).toEqual({
      node: 'mx1/00000000',
      version: '1.2.3',
      startedAt: '2026-01-31T00:00:00.000Z',
      roles: ['smtp', 'admin'],
      workers: { configured: 2, listening: 2 },
      store: { kind: 'embedded', promise: 'a 250 survives a crash' },
      domains: [{ name: 'example.com', origin: 'configuration', catchAll: null }],
      postmaster: null,
      isReady: true,
      notReady: [],
    });
    expect((await ask('GET', '/healthz')).json).toEqual({ isAlive: true });
    expect((await ask('GET', '/readyz')).json).toEqual({ isReady: true });
  });

  it('shows what it counts, and a page for people', async () => {
    const metrics = await ask('GET', '/metrics');
    expect([metrics.text, metrics.headers['content-type']]).toEqual([
      'cassmail_up 1\n',
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const page = await ask('GET', '/');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    for (const path of ['/api/v1/status', '/api/openapi.json', '/metrics', '/healthz', '/readyz']) {
      expect(page.text).toContain(`href="${path}"`);
      expect((await ask('GET', path)).status).toBe(200);
    }
  });

  it('reads its configuration again', async () => {
    expect((await ask('POST', '/api/v1/reload')).json).toEqual({
      live: ['log.level'],
      atRestart: ['workers'],
    });
  });
});

describe('a node that is not ready', () => {
  beforeEach(async () => {
    await node.close();
    node = await AdminNode.open((made) => {
      made.view = {
        ...made.view,
        workers: () => ({ configured: 2, listening: 1 }),
        askStore: async () => {
          throw new Failure('store-unavailable', 'two of three are down');
        },
      };
    });
  });

  it('says so to a load balancer, and is alive', async () => {
    const { status, json } = await ask('GET', '/readyz', { token: null });
    expect([status, json]).toEqual([
      503,
      {
        error: {
          code: 'not-ready',
          kind: 'temporary',
          detail: '1 of 2 workers are serving; the store does not answer: store-unavailable',
        },
      },
    ]);
    expect((await ask('GET', '/healthz', { token: null })).status).toBe(200);
    expect((await ask('GET', '/api/v1/status')).json).toMatchObject({ isReady: false });
  });
});

describe('whoever asks', () => {
  it('from this machine may look without the token, and change nothing', async () => {
    expect((await ask('GET', '/api/v1/status', { token: null })).status).toBe(200);
    const body = { address: 'anne@example.com' };
    expect(await refusal('POST', USERS, { token: null, body })).toEqual([401, 'token-needed']);
    expect(await refusal('POST', '/api/v1/reload', { token: null })).toEqual([401, 'token-needed']);
    expect(node.lines).toEqual([]);
  });

  it('with a wrong token is refused, even where none is needed', async () => {
    expect(await refusal('GET', '/api/v1/status', { token: `${TOKEN}x` })).toEqual([401, 'token-wrong']);
    expect(await refusal('DELETE', ANNE, { token: '' })).toEqual([401, 'token-wrong']);
    expect((await ask('DELETE', ANNE, { token: 'x' })).headers['www-authenticate']).toContain('Bearer');
  });

  it.each([
    ['a web page whose name was pointed at us', { host: 'evil.example' }],
    ['somebody behind a proxy', { 'x-forwarded-for': '192.0.2.1' }],
  ])('through %s needs the token', async (_how, headers) => {
    expect(await refusal('GET', USERS, { token: null, headers })).toEqual([401, 'token-needed']);
    expect((await ask('GET', USERS, { headers })).status).toBe(200);
    expect((await ask('GET', '/readyz', { token: null, headers })).status).toBe(200);
  });

  it('for a change leaves a line in the log', async () => {
    await addAnne();
    expect(node.lines).toEqual([['admin.command', { method: 'POST', path: USERS, client: '127.0.0.1' }]]);
  });
});

describe('a request that is wrong', () => {
  it.each([
    ['{"address":', 'the body is no JSON at line 1, column 12'],
    ['{"address":\n  anne}', 'the body is no JSON at line 2, column 3'],
    ['[]', 'body must be object'],
    ['{}', "body must have required property 'address'"],
    ['', 'body must be object'],
    ['{"address":5}', 'body/address must be string'],
    ['{"address":"a@example.com","quotaBytes":"5"}', 'body/quotaBytes must be integer,null'],
    ['{"address":"a@example.com","quotaBytes":-1}', 'body/quotaBytes must be >= 0'],
    ['{"address":"a@example.com","admin":true}', 'body has no field "admin"'],
    ['{"address":"a@example.com","__proto__":{}}', 'body has no field "__proto__"'],
  ])('with the body %s is told so', async (body, detail) => {
    const { status, json } = await ask('POST', USERS, { body });
    expect([status, json]).toEqual([400, { error: { code: 'request-invalid', kind: 'input', detail } }]);
  });

  it.each([
    ['?limit=many', 'query/limit must be integer'],
    ['?limit=0', 'query/limit must be >= 1'],
    ['?limits=5', 'query has no field "limits"'],
    ['?domain=a&domain=b', 'query/domain must be string'],
  ])('with the query %s is told so', async (query, detail) => {
    const { status, json } = await ask('GET', `${USERS}${query}`);
    expect([status, json]).toEqual([400, { error: { code: 'request-invalid', kind: 'input', detail } }]);
  });

  it('in another language, too large, or with a body where none belongs is refused', async () => {
    const form = { body: 'address=anne', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect(await refusal('POST', USERS, form)).toEqual([415, 'media-type-unknown']);
    const large = { body: { address: 'x'.repeat(70_000) } };
    expect(await refusal('POST', USERS, large)).toEqual([413, 'request-too-large']);
    expect(await refusal('POST', `${ANNE}/disable`, { body: {} })).toEqual([400, 'request-invalid']);
  });

  it('for a path or with a method that there is not is told so', async () => {
    expect(await refusal('GET', '/api/v1/user')).toEqual([404, 'path-unknown']);
    expect(await refusal('GET', `${USERS}/%zz`)).toEqual([400, 'request-invalid']);
    expect(await refusal('PATCH', ANNE)).toEqual([405, 'method-unknown']);
    expect((await ask('DELETE', USERS)).headers['allow']).toBe('GET, POST');
  });

  it('that is no HTTP ends its connection, and the server goes on', async () => {
    const reply = await new Promise<string>((resolve, reject) => {
      const socket = connect(node.port, '127.0.0.1', () => socket.write('EHLO mx.example.com\r\n\r\n'));
      let text = '';
      socket.on('data', (piece) => (text += piece.toString()));
      socket.once('end', () => resolve(text));
      socket.once('error', reject);
    });
    expect(reply).toMatch(/^HTTP\/1\.1 400 /);
    expect((await ask('GET', '/healthz')).status).toBe(200);
  });
});

describe('a bug', () => {
  it('is answered as one, and its trace is in the log and not in the answer', async () => {
    await node.close();
    node = await AdminNode.open((made) => {
      made.view = {
        ...made.view,
        metricsText: async () => {
          throw new TypeError('undefined is not a function');
        },
      };
    });
    const { status, text } = await ask('GET', '/metrics');
    expect([status, text]).toEqual([500, expect.stringContaining('"node-bug"')]);
    expect(text).not.toContain('undefined is not');
    expect(node.lines).toEqual([
      ['admin.bug', { path: '/metrics', error: expect.objectContaining({ stack: expect.any(String) }) }],
    ]);
  });
});
