// The one file that knows the HTTP server's package: routes and their answers into a server, failures into replies, and
// a bound on everything that somebody may send us.
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import { isError } from '../base/is-error.js';
import type { Visitor } from './access.js';
import type { Answer } from './answer.js';
import { statusOf } from './api/failure-status.js';
import type { AnyRoute } from './api/route.js';
import { parseJsonBody } from './json-body.js';
import { queryValues } from './query-values.js';

export interface HttpServerOptions {
  readonly answers: readonly Answer[];
  readonly clock: Clock;
  readonly timers: Timers;
  /** Undefined: he may. Asked before anything of the request's body is read. */
  readonly refusalOf: (route: AnyRoute, visitor: Visitor) => Failure | undefined;
  /** Something was changed, or it was tried. */
  readonly onCommand: (route: AnyRoute, about: { readonly path: string; readonly client: string }) => void;
  /** What is no Failure. Its asker is told *internal*. */
  readonly onBug: (error: unknown, path: string) => void;
}

export interface ListenAddress {
  readonly host: string;
  /** 0 lets the machine choose. */
  readonly port: number;
}

export interface HttpServer {
  /** Says where, with the port that was chosen. Fails with *listen-failed*. */
  listen(address: ListenAddress): Promise<ListenAddress>;
  /** Lets what is being answered finish, for a few seconds. */
  close(): Promise<void>;
}

const BODY_BYTES = 64 * 1024;
/** For the whole request to arrive; nothing here is large. */
const REQUEST_MS = 30_000;
/** Longer than any answer takes. */
const CONNECTION_MS = 120_000;
const KEEP_ALIVE_MS = 10_000;
/** For what is being answered when the server closes; then its connection is cut. */
const CLOSE_MS = 1500;
/** A mailbox address with every octet escaped. */
const LONGEST_PARAMETER = 2048;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const;

export function httpServer(options: HttpServerOptions): HttpServer {
  const server = fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MS,
    connectionTimeout: CONNECTION_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    // what was sent is taken as it is or refused: nothing is dropped or turned into something else
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
    frameworkErrors: (error, request, reply: FastifyReply) => {
      sendFailure(failureFor(error, request.url, options), reply);
    },
    clientErrorHandler: (_error, socket) => {
      socket.end(`HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, text: string | Buffer) => parseJsonBody(String(text)),
  );
  server.setErrorHandler((error, request, reply) =>
    sendFailure(failureFor(error, request.url, options), reply),
  );
  server.setNotFoundHandler((request, reply) =>
    sendFailure(new Failure('path-unknown', `there is nothing at ${request.url.slice(0, 200)}`), reply),
  );
  for (const given of options.answers) addRoute(server, given, options);
  refuseOtherMethods(server, options.answers);
  return {
    listen: async (address) => listen(server, address),
    close: () => close(server, options.timers),
  };
}

async function listen(server: FastifyInstance, { host, port }: ListenAddress): Promise<ListenAddress> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    if (!isError(error) || !('code' in error)) throw error;
    throw new Failure('listen-failed', `admin.listen: ${error.message}`, { cause: error });
  }
  const [address] = server.addresses();
  if (typeof address !== 'object') throw new Failure('listen-failed', 'admin.listen: no address');
  return { host: address.address, port: address.port };
}

async function close(server: FastifyInstance, timers: Timers): Promise<void> {
  const cancel = timers.after(CLOSE_MS, () => server.server.closeAllConnections());
  try {
    await server.close();
  } finally {
    cancel();
  }
}

function addRoute(server: FastifyInstance, { route, give }: Answer, options: HttpServerOptions): void {
  const { params, query, body } = route;
  server.route({
    method: route.method,
    url: pathOf(route),
    schema: {
      params: params.schema,
      querystring: query.schema,
      ...(body === undefined ? {} : { body: body.schema }),
    },
    onRequest: async (request) => {
      const refusal = options.refusalOf(route, visitorOf(request));
      if (refusal !== undefined) throw refusal;
      if (route.access === 'operator') options.onCommand(route, { path: request.url, client: request.ip });
    },
    preValidation: async (request) => {
      request.query = queryValues(query.schema, request.query as Readonly<Record<string, unknown>>);
      if (body !== undefined || request.body === undefined) return;
      throw new Failure('request-invalid', 'this takes no body');
    },
    handler: async (request, reply) => {
      const budget = Budget.of(options.clock, route.timeMs);
      const answered = await give({
        params: request.params,
        query: request.query,
        body: request.body,
        budget,
      });
      return reply
        .code(route.status)
        .header('cache-control', 'no-store')
        .header('x-content-type-options', 'nosniff')
        .type(route.mediaType)
        .send(route.mediaType === 'application/json' ? JSON.stringify(answered) : answered);
    },
  });
}

/** `{address}` is `:address` to the router. */
function pathOf({ path }: AnyRoute): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function refuseOtherMethods(server: FastifyInstance, answers: readonly Answer[]): void {
  for (const path of new Set(answers.map(({ route }) => pathOf(route)))) {
    const known = answers.filter(({ route }) => pathOf(route) === path).map(({ route }) => route.method);
    server.route({
      method: METHODS.filter((method) => !known.some((name) => name === method)),
      url: path,
      onRequest: async (request, reply) => {
        reply.header('allow', known.join(', '));
        throw new Failure('method-unknown', `${request.method} is not for this path; ${known.join(', ')} is`);
      },
      handler: async () => undefined,
    });
  }
}

function visitorOf({ ip, headers }: FastifyRequest): Visitor {
  return {
    address: ip,
    host: headers.host,
    authorization: headers.authorization,
    isForwarded: ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => name in headers),
  };
}

function failureFor(error: unknown, path: string, { onBug }: HttpServerOptions): Failure {
  if (error instanceof Failure) return error;
  const { code = '', validation, validationContext, message } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    return new Failure('request-invalid', validationText(validation, validationContext ?? 'request'));
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new Failure('request-too-large', `a body may have ${BODY_BYTES} octets`);
  }
  if (code.startsWith('FST_ERR_CTP_')) {
    return new Failure(
      'media-type-unknown',
      'a body is JSON, with the header "Content-Type: application/json"',
    );
  }
  if (code.startsWith('FST_ERR_')) return new Failure('request-invalid', message ?? code);
  onBug(error, path);
  return new Failure('node-bug', 'this is a bug; the log of the node says more');
}

function validationText([first]: NonNullable<FastifyError['validation']>, part: string): string {
  const { instancePath = '', message = 'is wrong', params = {} } = first ?? {};
  const name = params['additionalProperty'];
  const where = `${part === 'querystring' ? 'query' : part}${instancePath}`;
  return typeof name === 'string' ? `${where} has no field "${name.slice(0, 100)}"` : `${where} ${message}`;
}

function sendFailure(failure: Failure, reply: FastifyReply): FastifyReply {
  const { code, kind, message: detail } = failure;
  const status = statusOf(failure);
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="cassmail"');
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json')
    .send(JSON.stringify({ error: { code, kind, detail } }));
}
