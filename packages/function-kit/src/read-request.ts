import type { IncomingHttpHeaders } from 'node:http';
import Negotiator from 'negotiator';
import type { FunctionEvent } from 'node18-typescript';
import type { z } from 'zod';
import { HttpError, invalid } from './http-error.ts';
import type { Route } from './route.ts';

const NO_QUERY = 'is not a parameter of this call';

/** @throws HttpError 406 where the client wants none of what this API speaks. */
export function acceptsJson(headers: IncomingHttpHeaders): void {
  if (headers.accept === undefined) return;
  const type = new Negotiator({ headers }).mediaType(['application/json']);
  if (!type) throw new HttpError(406, 'not_acceptable', 'Answers are application/json');
}

/**
 * The validated query.
 * @throws HttpError 422 for what does not validate, is unknown, or stands there twice.
 */
export function readQuery(route: Route, query: URLSearchParams): unknown {
  const names = [...new Set(query.keys())];
  const repeated = names.filter((name) => query.getAll(name).length > 1);
  if (repeated.length > 0) {
    throw invalid(repeated.map((path) => ({ path, message: 'must be given once' })));
  }
  if (!route.query) {
    if (names.length > 0) throw invalid(names.map((path) => ({ path, message: NO_QUERY })));
    return {};
  }
  return validate(route.query, Object.fromEntries(query), 'A query parameter does not validate');
}

/**
 * The parsed and validated body; undefined where the route takes none.
 * @throws HttpError 415, 400 `malformed_json` or 422.
 */
export function readBody(route: Route, event: FunctionEvent): unknown {
  if (!route.body) return undefined;
  const bytes = event.rawBody;
  const type = event.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const typeMatters = type !== undefined || bytes.length > 0;
  if (typeMatters && !route.bodyTypes.includes(type ?? '')) {
    const expected = route.bodyTypes.join(' or ');
    throw new HttpError(415, 'unsupported_media_type', `The body must be ${expected}`);
  }
  return validate(route.body, parseJson(bytes), 'The body does not validate');
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HttpError(400, 'malformed_json', 'The body is not JSON', { cause });
  }
}

function validate(schema: z.ZodType, value: unknown, detail: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldErrors);
  throw invalid(errors, detail);
}

/** An issue by the field it concerns: an unknown field is told by its own name. */
function fieldErrors(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is unknown' }));
  }
  return [{ path: path.join('.'), message: issue.message }];
}
