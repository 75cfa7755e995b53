// Everything that can be asked of a node over HTTP, under what it is about.
import { mailboxRoutes, userRoutes } from './accounts.js';
import { aliasRoutes, domainRoutes } from './directory.js';
import { nodeRoutes } from './node.js';
import type { AnyRoute } from './route.js';

export const routesByTopic: Readonly<Record<string, readonly AnyRoute[]>> = {
  node: Object.values<AnyRoute>(nodeRoutes),
  users: Object.values<AnyRoute>(userRoutes),
  mailboxes: Object.values<AnyRoute>(mailboxRoutes),
  aliases: Object.values<AnyRoute>(aliasRoutes),
  domains: Object.values<AnyRoute>(domainRoutes),
};
