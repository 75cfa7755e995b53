// Aliases and domains over HTTP.
import { route } from './route.js';
import { list, named, nullable, object, oneOf, text, truth } from './shape.js';

const target = text('An address, local or remote.', { example: 'anne@example.com' });
const aliasAddress = text('The address that stands for others.', { example: 'info@example.com' });
const domainName = text('The name of the domain.', { example: 'example.com' });
const catchAll = text('Who receives what is addressed to nobody in the domain.', {
  example: 'anne@example.com',
});

export const alias = named(
  'Alias',
  object({ address: aliasAddress, targets: list('Where it leads.', target) }),
);

export const domain = named(
  'Domain',
  object({
    name: domainName,
    origin: oneOf('Named by the configuration, or added by command.', ['configuration', 'added']),
    catchAll: nullable(catchAll),
  }),
);

const ofAlias = object({ address: aliasAddress });

export const aliasRoutes = {
  list: route('GET /api/v1/aliases', {
    summary: 'List aliases, by address',
    reply: object({ aliases: list('The aliases.', alias) }),
  }),
  add: route('POST /api/v1/aliases', {
    summary: 'Add an alias',
    body: object(
      {
        address: aliasAddress,
        targets: list('Where it shall lead.', target, { minItems: 1, maxItems: 100 }),
      },
      { replace: truth('If it is there already: these targets in place of its own.') },
    ),
    reply: alias,
    status: 201,
    failures: [
      'alias-exists',
      'user-exists',
      'domain-unknown',
      'target-unknown',
      'address-invalid',
      'name-invalid',
    ],
  }),
  show: route('GET /api/v1/aliases/{address}', {
    summary: 'Show an alias',
    params: ofAlias,
    reply: alias,
    failures: ['alias-unknown'],
  }),
  remove: route('DELETE /api/v1/aliases/{address}', {
    summary: 'Remove an alias',
    params: ofAlias,
    reply: object({ address: aliasAddress }),
    failures: ['alias-unknown'],
  }),
};

export const domainRoutes = {
  list: route('GET /api/v1/domains', {
    summary: 'List the domains whose mail is for mailboxes here',
    reply: object({ domains: list('The domains.', domain) }),
  }),
  add: route('POST /api/v1/domains', {
    summary: 'Add a domain',
    body: object(
      { name: domainName },
      { catchAll, replace: truth('If it is there already: this catch-all (or none) in place of its own.') },
    ),
    reply: domain,
    status: 201,
    failures: ['domain-exists', 'target-unknown', 'address-invalid', 'name-invalid'],
  }),
  remove: route('DELETE /api/v1/domains/{domain}', {
    summary: 'Remove a domain; one with users in it only if forced, and the users stay',
    params: object({ domain: domainName }),
    query: object({}, { force: truth('Whether or not there are users in it.') }),
    reply: object({ name: domainName }),
    failures: ['domain-unknown', 'domain-configured', 'domain-in-use'],
  }),
};
