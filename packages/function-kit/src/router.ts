import { HttpError, notFound } from './http-error.ts';
import type { Route } from './route.ts';

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
  if (onPath.length === 0) throw notFound();
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
