// The node itself over HTTP: how it is, and what it is told.
import { route } from './route.js';
import { domain } from './directory.js';
import { list, named, nullable, object, oneOf, text, truth, wholeNumber } from './shape.js';

const keys = (description: string) => list(description, text('A key.', { example: 'log.level' }));

export const status = named(
  'Status',
  object({
    node: text('What the node is called while it runs.'),
    version: text('The version of the program.'),
    startedAt: text('Since when it runs, as ISO 8601 has it.'),
    roles: list('What it does.', text('A role.', { example: 'smtp' })),
    workers: object({
      configured: wholeNumber('Worker processes that there should be.'),
      listening: wholeNumber('Those that serve.'),
    }),
    store: object({
      kind: oneOf('Which store.', ['embedded', 'cassandra']),
      promise: text('What an acknowledgement survives.'),
    }),
    domains: list('Domains whose mail is for mailboxes here.', domain),
    postmaster: nullable(text('Who receives what is addressed to postmaster; null: nobody yet.')),
    isReady: truth('A load balancer would send mail here.'),
    notReady: list('Why not.', text('A reason.')),
  }),
);

export const nodeRoutes = {
  status: route('GET /api/v1/status', { summary: 'Say how the node is', reply: status }),
  reload: route('POST /api/v1/reload', {
    summary: 'Read the configuration again and apply what can change while the node runs',
    reply: object({
      live: keys('Keys whose new values are in effect.'),
      atRestart: keys('Keys whose new values need a restart.'),
    }),
    failures: ['config-invalid'],
  }),
  openApi: route('GET /api/openapi.json', {
    summary: 'This interface as an OpenAPI document',
    reply: { schema: { type: 'object' } },
  }),
  alive: route('GET /healthz', {
    summary: 'Answer, if the process is alive',
    access: 'anyone',
    reply: object({ isAlive: truth('Always.') }),
  }),
  ready: route('GET /readyz', {
    summary: 'Say whether a load balancer should send mail here',
    access: 'anyone',
    reply: object({ isReady: truth('Always; otherwise it is a failure.') }),
    failures: ['not-ready'],
  }),
  metrics: route('GET /metrics', {
    summary: 'What the node counts, for Prometheus',
    reply: { schema: { type: 'string' } },
    mediaType: 'text/plain; version=0.0.4; charset=utf-8',
  }),
  front: route('GET /', {
    summary: 'A page that names all this',
    reply: { schema: { type: 'string' } },
    mediaType: 'text/html; charset=utf-8',
  }),
};
