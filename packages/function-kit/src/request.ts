import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type Caller,
  IdText,
  Refusal,
  type RefusalCode,
  type Trace,
} from '@movie-rental/contracts';
import Negotiator from 'negotiator';
import type { FunctionEvent } from 'node18-typescript';
import type { z } from 'zod';
import { type PublicKeys, verifyAccessToken } from './access-token.ts';
import { HttpError } from './reply.ts';
import type { Access, Route } from './route.ts';

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const UNKNOWN_ADDRESS = 'unknown';

/** The request's own id if it is well-formed, otherwise a new one. */
export function chooseRequestId(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** What the request's events carry along. */
export function traceOf(headers: IncomingHttpHeaders, requestId: string): Trace {
  const { traceparent } = headers;
  const continued = typeof traceparent === 'string' && TRACEPARENT.test(traceparent);
  return { requestId, traceparent: continued ? traceparent : undefined };
}

/**
 * The address of the client as the edge saw it: the first of X-Forwarded-For. The edge replaces
 * what a client sends there; a caller of the gateway itself may claim any.
 */
export function clientAddress(headers: IncomingHttpHeaders): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '');
  return forwarded.split(',')[0]?.trim() || UNKNOWN_ADDRESS;
}

export interface Credentials {
  publicKeys: PublicKeys;
  serviceToken: string | undefined;
}

/**
 * Lets a request in, or not. A route for anyone looks at no token: an expired one must not block
 * the call that renews it.
 *
 * @returns who calls; undefined on routes for anyone and for services.
 * @throws HttpError 401 without a valid token; Refusal `forbidden` with one that may not.
 */
export function admit(
  who: Access,
  authorization: string | undefined,
  credentials: Credentials,
): Caller | undefined {
  if (who === 'anyone') return undefined;
  if (authorization === undefined) {
    throw new HttpError(401, 'unauthorized', 'An access token is needed');
  }
  const token = BEARER.exec(authorization)?.[1];
  if (!token) throw invalidToken('The Authorization header is not a bearer token');
  if (who === 'service') {
    if (!isServiceToken(token, credentials.serviceToken)) {
      throw invalidToken('The service token is not valid');
    }
    return undefined;
  }
  const caller = verifyAccessToken(token, credentials.publicKeys);
  if (who === 'administrator' && caller.role !== 'admin') throw new Refusal('forbidden');
  return caller;
}

function invalidToken(message: string): Refusal {
  return new Refusal('invalid_token', { message });
}

function isServiceToken(token: string, expected: string | undefined): boolean {
  return expected !== undefined && timingSafeEqual(digest(token), digest(expected));
}

/** timingSafeEqual wants equal lengths, and a hash has one. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** @throws HttpError 406 if the client accepts nothing that this API speaks. */
export function acceptsJson(headers: IncomingHttpHeaders): void {
  if (headers.accept === undefined) return;
  const type = new Negotiator({ headers }).mediaType(['application/json']);
  if (!type) throw new HttpError(406, 'not_acceptable', 'Answers are application/json');
}

/**
 * The validated query.
 * @throws Refusal `validation_failed` for a parameter that is wrong, unknown or given twice.
 */
export function readQuery(route: Route, query: URLSearchParams): unknown {
  const names = [...new Set(query.keys())];
  const repeated = names.filter((name) => query.getAll(name).length > 1);
  if (repeated.length > 0) throw invalidParameters(repeated, 'must be given once');
  if (route.query) {
    return validate(route.query, Object.fromEntries(query), 'A query parameter does not validate');
  }
  if (names.length > 0) throw invalidParameters(names, 'is not a parameter of this call');
  return {};
}

function invalidParameters(names: readonly string[], message: string): Refusal {
  return new Refusal('validation_failed', { errors: names.map((path) => ({ path, message })) });
}

/**
 * The parsed and validated body; undefined if the route takes none.
 * @throws HttpError 415 or 400 `malformed_json`; Refusal `validation_failed`.
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

function validate(schema: z.ZodType, value: unknown, message: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldErrors);
  throw new Refusal('validation_failed', { message, errors });
}

/** An issue by the field it concerns: an unknown field is told by its own name. */
function fieldErrors(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is unknown' }));
  }
  return [{ path: path.join('.'), message: issue.message }];
}

/**
 * An id in a path.
 * @param absent what a text that cannot be one is refused as: nothing has it.
 */
export function pathId(text: string | undefined, absent: RefusalCode): number {
  const id = IdText.safeParse(text);
  if (!id.success) throw new Refusal(absent);
  return id.data;
}
