// One thing that can be asked of a node over HTTP: where, by whom, with what, and what comes back. Checks, client,
// OpenAPI document and reference page all follow from these.
import type { FailureCode } from '../../base/failure.js';
import { nothing, type Shape, type ValueOf } from './shape.js';

/**
 * anyone: load balancers; tells nothing. nearby: without the token from this machine itself, with it from elsewhere.
 * operator: with the token, wherever from.
 */
export type Access = 'anyone' | 'nearby' | 'operator';

export interface Route<Params, Query, Body, Reply> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As `/api/v1/users/{address}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params: Shape<Params>;
  readonly query: Shape<Query>;
  /** Undefined: none is taken. */
  readonly body: Shape<Body> | undefined;
  readonly reply: Shape<Reply>;
  readonly status: 200 | 201 | 202;
  /** Of the reply, which is JSON unless this says otherwise. */
  readonly mediaType: string;
  /** Beside those that any may answer. */
  readonly failures: readonly FailureCode[];
  readonly timeMs: number;
}

export type AnyRoute = Route<unknown, unknown, unknown, unknown>;

export type ReplyOf<R> = R extends { readonly reply: Shape<infer Reply> } ? Reply : never;

interface About<Params, Query, Body, Reply> extends Partial<Route<Params, Query, Body, Reply>> {
  readonly summary: string;
  readonly reply: Shape<Reply>;
}

const USUAL_TIME_MS = 30_000;

type Nothing = ValueOf<typeof nothing>;

/** `GET /api/v1/users/{address}`; what is left out is what most have. What changes something needs the token. */
export function route<Reply, Params = Nothing, Query = Nothing, Body = undefined>(
  start: `${Route<unknown, unknown, unknown, unknown>['method']} /${string}`,
  about: About<Params, Query, Body, Reply>,
): Route<Params, Query, Body, Reply> {
  const [method, path] = start.split(' ') as [Route<Params, Query, Body, Reply>['method'], string];
  return {
    method,
    path,
    access: method === 'GET' ? 'nearby' : 'operator',
    params: nothing as Shape<Params>, // then Params is what nothing describes
    query: nothing as Shape<Query>,
    body: undefined,
    status: 200,
    mediaType: 'application/json',
    failures: [],
    timeMs: USUAL_TIME_MS,
    ...about,
  };
}
