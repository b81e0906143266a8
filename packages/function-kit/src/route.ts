import type { IncomingHttpHeaders } from 'node:http';
import type { Trace } from '@movie-rental/contracts';
import type { z } from 'zod';
import type { Caller } from './access-token.ts';

/** Who may call: anyone, one who is signed in, an administrator, or another service of the shop. */
export type Access = 'anyone' | 'customer' | 'administrator' | 'service';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request that was let in and validated. */
export interface Request<Body, Query> {
  body: Body;
  query: Query;
  /** The values of the path's `:names`, percent-decoded. */
  params: Readonly<Record<string, string>>;
  headers: IncomingHttpHeaders;
  requestId: string;
  /** For the events that this request leads to. */
  trace: Trace;
  /** Who calls; undefined on routes for anyone and for services. */
  caller: Caller | undefined;
}

export interface Reply {
  status: number;
  /** Becomes JSON; absent for an empty answer. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface RouteDefinition<
  BodySchema extends z.ZodType,
  QuerySchema extends z.ZodObject,
  Who extends Access,
> {
  method: Method;
  /** Segments, of which one that begins with a colon is a parameter: `/movies/:id`. */
  path: string;
  who: Who;
  /** Absent: the route takes no body, and what comes is ignored. */
  body?: BodySchema;
  /** Media types of the body; `application/json` by default. */
  bodyTypes?: readonly string[];
  /** Absent: the route takes no query parameter, and an unknown one is refused. */
  query?: QuerySchema;
  handle(
    request: Request<z.output<BodySchema>, z.output<QuerySchema>> &
      (Who extends 'customer' | 'administrator' ? { caller: Caller } : unknown),
  ): Promise<Reply>;
}

/** A route with its types forgotten, as the adapter keeps it. */
export interface Route {
  method: Method;
  path: string;
  who: Access;
  body: z.ZodType | undefined;
  bodyTypes: readonly string[];
  query: z.ZodObject | undefined;
  handle(request: Request<unknown, unknown>): Promise<Reply>;
}

const JSON_BODY = ['application/json'];

/** Declares a route: what it takes, who may call it, and the function that answers. */
export function route<
  BodySchema extends z.ZodType = z.ZodUndefined,
  QuerySchema extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Who extends Access = Access,
>(definition: RouteDefinition<BodySchema, QuerySchema, Who>): Route {
  return {
    method: definition.method,
    path: definition.path,
    who: definition.who,
    body: definition.body,
    bodyTypes: definition.bodyTypes ?? JSON_BODY,
    query: definition.query,
    // The adapter validates by this very definition before it calls, so the types hold.
    handle: definition.handle as Route['handle'],
  };
}
