// The one file that knows the HTTP server's package.
import { fastify, type FastifyInstance } from 'fastify';

export function httpServer(): FastifyInstance {
  return fastify();
}
