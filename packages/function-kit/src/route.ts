import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, Trace } from '@movie-rental/contracts';
import type { z } from 'zod';
import { HttpError, type Reply } from './reply.ts';

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

/** A route as the adapter keeps it: of its types only who may call is left. */
export interface Route<Who extends Access = Access> {
  method: Method;
  path: string;
  who: Who;
  body: z.ZodType | undefined;
  bodyTypes: readonly string[];
  query: z.ZodObject | undefined;
  handle(request: Request<unknown, unknown>): Promise<Reply>;
}

const JSON_BODY = ['application/json'];

/** The media types of a merge patch (RFC 7396). */
export const MERGE_PATCH = ['application/merge-patch+json', 'application/json'];

/** Declares a route: what it takes, who may call it, and the function that answers. */
export function route<
  BodySchema extends z.ZodType = z.ZodUndefined,
  QuerySchema extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Who extends Access = Access,
>(definition: RouteDefinition<BodySchema, QuerySchema, Who>): Route<Who> {
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

interface Match {
  route: Route;
  params: Record<string, string>;
}

/**
 * Finds the route of a method and a percent-encoded path. HEAD is answered as GET.
 * @throws HttpError 404 for an unknown path, 405 with `Allow` for an unknown method of a known one.
 */
export function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const onPath = routes.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params ? [{ route, params }] : [];
  });
  if (onPath.length === 0) throw new HttpError(404, 'not_found', 'There is nothing here');
  const match = onPath.find(({ route }) => route.method === wanted);
  if (match) return match;
  throw methodNotAllowed(method, onPath);
}

function methodNotAllowed(method: string, matches: readonly Match[]): HttpError {
  const methods = matches.map(({ route }) => route.method);
  const allowed = methods.includes('GET' as never) ? [...methods, 'HEAD'] : methods;
  return new HttpError(405, 'method_not_allowed', `${method} is not possible here`, {
    headers: { Allow: allowed.join(', ') },
  });
}

/** The parameters of a path that fits a pattern, or undefined. A final slash makes no difference. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const expected = segments(pattern);
  const actual = segments(path);
  if (expected.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of expected.entries()) {
    const value = decode(actual[index] ?? '');
    if (value === undefined) return undefined;
    if (segment.startsWith(':')) params[segment.slice(1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
}

function segments(path: string): string[] {
  return path.replace(/^\/|\/$/g, '').split('/');
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
