// A route and what answers it. What comes in has been checked against the route's shapes before.
import type { Budget } from '../base/budget.js';
import type { AnyRoute, Route } from './api/route.js';

export interface Question<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly budget: Budget;
}

export interface Answer {
  readonly route: AnyRoute;
  readonly give: (question: Question<unknown, unknown, unknown>) => Promise<unknown>;
}

export function answer<Params, Query, Body, Reply>(
  route: Route<Params, Query, Body, Reply>,
  give: (question: Question<Params, Query, Body>) => Promise<Reply> | Reply,
): Answer {
  // the server has checked the question by the shapes that these types come from
  return { route, give: async (question) => give(question as Question<Params, Query, Body>) };
}
